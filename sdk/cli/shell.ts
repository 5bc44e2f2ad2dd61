/** Options as they are typed: a value, several, or none. */
export type Flags = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** A command to copy into a shell: `cairn lock --service eks --set 'metrics:note=two words'`. */
export function commandLine(command: string, flags: Flags): string {
  const words = Object.entries(flags).flatMap(([name, value]) =>
    [value ?? []].flat().flatMap((one) => [`--${name}`, quoted(String(one))]),
  );
  return [command, ...words].join(" ");
}

function quoted(word: string): string {
  return /^[\w./:=@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

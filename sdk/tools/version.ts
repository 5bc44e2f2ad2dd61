/** Compares `major.minor.patch`; a missing part counts as 0, and what follows `-` or `+` is left out of it. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [numbers(left), numbers(right)];
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether `version` is at least `from` and less than `below`. A text that is no version fits nothing. */
export function versionFits(version: string, range: { readonly from: string; readonly below: string }): boolean {
  return (
    /^\d+\.\d+/.test(version) && compareVersions(version, range.from) >= 0 && compareVersions(version, range.below) < 0
  );
}

function numbers(version: string): readonly number[] {
  return (version.split(/[-+]/, 1)[0] ?? "").split(".").map(Number);
}

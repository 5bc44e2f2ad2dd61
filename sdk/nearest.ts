const MAX_LENGTH = 64;

/** The up to three candidates that `name` was most likely meant to be, best first; none when none is close. */
export function nearest(name: string, candidates: Iterable<string>): readonly string[] {
  if (name.length > MAX_LENGTH) return [];
  const limit = Math.max(1, Math.floor(name.length / 3));
  return [...candidates]
    .filter((candidate) => Math.abs(candidate.length - name.length) <= limit)
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** `did you mean "x"?`, or nothing. */
export function suggestion(name: string, candidates: Iterable<string>): { readonly hint?: string } {
  const [candidate] = nearest(name, candidates);
  return candidate === undefined ? {} : { hint: `did you mean "${candidate}"?` };
}

/** Edit distance in which swapping two neighbours counts once (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const transposition = swapped ? (beforeLast[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(substitution, transposition, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

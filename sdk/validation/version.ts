/**
 * One to three numbers. What follows the first `-` or `+` after a digit is left out, so `1.33.5-eks-3025e55` and `6.8.0-1024-aws` read
 * as the releases they are built from. Undefined for everything else.
 */
export function parseVersion(text: string): readonly number[] | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?$/.exec(text.trim());
  return match?.slice(1).flatMap((part) => (part === undefined ? [] : [Number(part)]));
}

/** Whether `==` should compare numbers instead of text. */
export const looksLikeVersion = (text: string): boolean => /\d/.test(text) && text.includes(".");

/** Negative, zero or positive, at the precision of the shorter one: 1.34.2 is not greater than 1.34. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

import { CairnError, type Finding } from "../../errors";

/** What is wrong with a target's settings, collected, so that all of it is reported at once. */
export class Findings {
  private readonly found: Finding[] = [];

  /** @param path - Of the setting: `gpus.nodes`; with what is wrong and, where it helps, what to do. */
  add(path: string, message: string, hint?: string): void {
    this.found.push({ path, message, ...(hint !== undefined && { hint }) });
  }

  /** Adds the finding unless `ok`; says whether it was. */
  check(ok: boolean, path: string, message: string, hint?: string): boolean {
    if (!ok) this.add(path, message, hint);
    return ok;
  }

  /** What the compiler asks for, and a program without types can leave out. */
  present(value: unknown, path: string, hint?: string): boolean {
    return this.check(value !== undefined && value !== null, path, "is missing", hint);
  }

  /** A whole number in a range. */
  wholeNumber(value: number, path: string, low: number, high: number): boolean {
    const ok = Number.isInteger(value) && value >= low && value <= high;
    return this.check(ok, path, `must be a whole number from ${low} to ${high}, not ${value}`);
  }

  /** One of a list, which the message names. */
  oneOf<T extends string>(value: string, path: string, choices: readonly T[]): value is T {
    const ok = (choices as readonly string[]).includes(value);
    this.check(ok, path, `${JSON.stringify(value)} is none of ${choices.join(", ")}`);
    return ok;
  }

  get any(): boolean {
    return this.found.length > 0;
  }

  /**
   * @param target - As the program calls it: `eks()`.
   * @throws CairnError `CLUSTER_SETTINGS` with every finding, if there is one
   */
  refuse(target: string): void {
    if (this.any)
      throw new CairnError("CLUSTER_SETTINGS", `${target} cannot make this cluster`, { findings: this.found });
  }
}

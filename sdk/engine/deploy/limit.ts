/** Runs at most `slots` tasks at once, in the order in which they came. */
export class Limiter {
  private readonly waiting: (() => void)[] = [];
  private readonly running = new Set<Promise<unknown>>();

  constructor(private slots: number) {}

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.slots > 0) this.slots--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    const result = task();
    this.running.add(result);
    try {
      return await result;
    } finally {
      this.running.delete(result);
      const next = this.waiting.shift();
      if (next === undefined) this.slots++;
      else next();
    }
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }
}

import { type OutputStream } from "./cli";

const FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const CLEAR = "\r\u001b[2K";

/**
 * One live line at the bottom of a terminal. On anything else it is silent: a log must not fill with progress.
 */
export class Ticker {
  private readonly timer: NodeJS.Timeout | undefined;
  private frame = 0;
  private shown = false;

  /** @param text - what to show now; empty for nothing */
  constructor(
    private readonly stream: OutputStream,
    private readonly text: () => string,
  ) {
    if (stream.isTTY) this.timer = setInterval(() => this.draw(), 100).unref();
  }

  /** Makes room for other output. */
  clear(): void {
    if (!this.shown) return;
    this.stream.write(CLEAR);
    this.shown = false;
  }

  stop(): void {
    clearInterval(this.timer);
    this.clear();
  }

  private draw(): void {
    const text = this.text();
    if (text === "") return this.clear();
    this.frame = (this.frame + 1) % FRAMES.length;
    const width = Math.max(20, (this.stream.columns || 80) - 1);
    this.stream.write(`${CLEAR}${`${FRAMES[this.frame]} ${text}`.slice(0, width)}`);
    this.shown = true;
  }
}

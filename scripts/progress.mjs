/** Shows what is being done and since when: one line that changes on a terminal, one line per step elsewhere. */
export class Progress {
  #stream;
  #title;
  #started = 0;
  #detail = "";
  #timer;

  constructor(stream) {
    this.#stream = stream;
  }

  /** A step begins. `brief` ones are not worth a line of their own when they take no time. */
  begin(title, { brief = false } = {}) {
    this.#title = title;
    this.#started = Date.now();
    this.#detail = "";
    if (this.#stream.isTTY) this.#timer = setInterval(() => this.#draw(), 200);
    else if (!brief) this.line(title);
  }

  /** What the step is at. */
  detail(text) {
    this.#detail = text;
  }

  /** The step is over. */
  done() {
    this.stop();
    if (Date.now() - this.#started >= 1000) this.line(`${this.#title}: done in ${this.#elapsed()}`);
  }

  /** Takes the changing line away, after a failure too. */
  stop() {
    clearInterval(this.#timer);
    if (this.#stream.isTTY) this.#stream.write("\r\x1b[K");
  }

  line(text) {
    this.#stream.write(`${text}\n`);
  }

  #draw() {
    const line = `${this.#title}  ${this.#elapsed()}  ${this.#detail}`;
    this.#stream.write(`\r\x1b[K${line.slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  #elapsed() {
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
}

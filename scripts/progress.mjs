/** Shows an installation: one line that changes on a terminal, one line per event elsewhere. */
export class Progress {
  #stream;
  #started = 0;
  #title = "";
  #detail = "";
  #timer;

  constructor(stream) {
    this.#stream = stream;
  }

  show(event) {
    switch (event.type) {
      case "waiting":
        this.#print(`waiting for another set-up (process ${event.pid})`);
        break;
      case "started":
        this.#started = Date.now();
        this.#title = `[${event.index}/${event.count}] ${event.name} ${event.version}`;
        this.#detail = "";
        if (this.#stream.isTTY) this.#timer ??= setInterval(() => this.#draw(), 200);
        else this.#print(this.#title);
        break;
      case "progress":
        this.#detail = event.detail;
        break;
      case "finished":
        this.end();
        this.#print(`${this.#title}: done in ${this.#elapsed()}`);
        break;
    }
  }

  end() {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#stream.isTTY) this.#stream.write("\r\x1b[K");
  }

  #print(line) {
    this.#stream.write(`${line}\n`);
  }

  #draw() {
    const line = `${this.#title}  ${this.#elapsed()}  ${this.#detail}`;
    this.#stream.write(`\r\x1b[K${line.slice(0, (this.#stream.columns ?? 80) - 1)}`);
  }

  #elapsed() {
    const seconds = Math.round((Date.now() - this.#started) / 1000);
    return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
}

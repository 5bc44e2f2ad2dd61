// What a cloud keeps: a file for each resource, so that several plugins may play one cloud, and files by which a test tells it what to do.
const fs = require("node:fs");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

/** Part of every identifier that a cloud gives out. */
const TOKEN = /mk\d+x/g;

exports.tokensIn = (value) => new Set(JSON.stringify(value).match(TOKEN) ?? []);

exports.Store = class Store {
  constructor(folder) {
    this.folder = folder;
    this.resources = path.join(folder, "resources");
  }

  all() {
    return fs.readdirSync(this.resources).map((file) => this.load(path.join(this.resources, file)));
  }

  load(file) {
    const text = this.text(file);
    // One that another plugin is only just making is not there yet.
    return text ? JSON.parse(text) : { token: "", id: "", type: "", name: "", inputs: {}, outputs: {} };
  }

  text(file) {
    try {
      return fs.readFileSync(file, "utf8");
    } catch {
      return undefined;
    }
  }

  find(id) {
    const [token] = exports.tokensIn(id);
    const text = token && this.text(this.file({ token }));
    const found = text && JSON.parse(text);
    return found?.id === id ? found : undefined;
  }

  add(make) {
    for (let number = fs.readdirSync(this.resources).length + 1; ; number++) {
      const resource = make(`mk${number}x`);
      if (this.text(this.tomb(resource)) !== undefined) continue;
      try {
        fs.writeFileSync(this.file(resource), JSON.stringify(resource, undefined, 1), { flag: "wx" });
        return resource;
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
    }
  }

  put(resource) {
    fs.writeFileSync(this.file(resource), JSON.stringify(resource, undefined, 1));
  }

  /** Its identifier is never given out again. */
  remove(resource) {
    fs.renameSync(this.file(resource), this.tomb(resource));
  }

  file({ token }) {
    return path.join(this.resources, token);
  }

  tomb({ token }) {
    return path.join(this.folder, "gone", token);
  }

  /** File by which a test asks for something. */
  order(text) {
    return path.join(this.folder, encodeURIComponent(text));
  }

  log(line) {
    fs.appendFileSync(path.join(this.folder, "log"), `${line}\n`);
  }

  /** Message of a failure that a test asked for; it is asked for once. */
  takeFailure(operation, name) {
    const file = this.order(`fail ${operation} ${name}`);
    const message = this.text(file);
    if (message !== undefined) fs.rmSync(file);
    return message;
  }

  /** Holds a create back, before anything is made. */
  async delay(name) {
    const file = this.order(`delay ${name}`);
    const milliseconds = this.text(file);
    if (milliseconds === undefined) return;
    fs.rmSync(file);
    this.log(`start ${name}`);
    await sleep(Number(milliseconds));
  }

  /** Whether the time has come at which the cloud changes things by itself. */
  get isLater() {
    return fs.existsSync(path.join(this.folder, "later"));
  }

  /** What a test wants the cloud to say. */
  answers() {
    return JSON.parse(this.text(path.join(this.folder, "answers")) ?? "{}");
  }
};

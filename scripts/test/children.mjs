import { spawn } from "node:child_process";

/** Runs programs in process groups of their own, so that stopping one stops what it started. */
export class Children {
  #running = new Set();
  stopped = false;

  async run(command, args) {
    const child = spawn(command, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
    this.#running.add(child);
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(chunk));
    try {
      const [code, signal] = await new Promise((resolve, reject) =>
        child.once("error", reject).once("close", (...ended) => resolve(ended)),
      );
      return { ok: code === 0, ended: signal ?? code, output: Buffer.concat(chunks).toString() };
    } finally {
      this.#running.delete(child);
    }
  }

  stop() {
    this.stopped = true;
    for (const { pid } of this.#running) {
      try {
        process.kill(-pid, "SIGTERM");
      } catch {
        // It ended in between.
      }
    }
  }
}

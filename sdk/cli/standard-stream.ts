import { fstatSync, writeSync } from "node:fs";
import { type OutputStream } from "./cli";

const DESCRIPTORS = { stdout: 1, stderr: 2 } as const;
type Name = keyof typeof DESCRIPTORS;

/**
 * Standard output or error. Where it is a file or a pipe nothing of a terminal is needed, so it is written to without a stream of Node's,
 * which takes 5 ms to make. When nobody reads any more, the process ends: for `cairn … | head` that is no error.
 */
export function standardStream(name: Name): OutputStream {
  const fd = DESCRIPTORS[name];
  const stat = fstatSync(fd);
  if (!stat.isFile() && !stat.isFIFO() && !stat.isSocket()) return nodeStream(name);
  let stream: OutputStream | undefined;
  return {
    write(text) {
      if (stream !== undefined) return stream.write(text);
      const rest = writeNow(fd, Buffer.from(text));
      if (rest.length === 0) return true;
      // Somebody made the pipe non-blocking, and it is full: Node's stream waits. From here on it keeps the order.
      const waiting = nodeStream(name);
      stream = waiting;
      return waiting.write(rest);
    },
  };
}

/** What could not be written. */
function writeNow(fd: number, bytes: Buffer): Buffer {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest));
  } catch (error) {
    const known = error as NodeJS.ErrnoException;
    if (known.code !== "EAGAIN") end(known);
  }
  return rest;
}

const nodeStream = (name: Name): NodeJS.WriteStream => process[name].on("error", end);

function end(error: NodeJS.ErrnoException): never {
  process.exit(error.code === "EPIPE" ? 0 : 1);
}

import { appendFileSync } from "node:fs";
import { run, type RunOptions } from "@cairn/sdk/engine";

// An engine in a process of its own, to be killed. `EVENTS` is the file that it writes its events to, one a line.
const options = JSON.parse(process.argv[2] ?? "{}") as RunOptions;
const events = process.argv[3] ?? "";

void run({ ...options, onEvent: (event) => appendFileSync(events, `${JSON.stringify(event)}\n`) }).then(
  (result) => process.exit(result.ok ? 0 : 1),
  (error: unknown) => {
    appendFileSync(events, `${JSON.stringify({ type: "thrown", message: String(error) })}\n`);
    process.exit(2);
  },
);

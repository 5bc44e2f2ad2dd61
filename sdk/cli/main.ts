/** What the launcher (`bin/cairn.js`) loads: runs `cairn` as this process. */
import { runProcess } from "./process";

void runProcess(process.argv.slice(2)).then((exit) => {
  process.exitCode = exit;
});

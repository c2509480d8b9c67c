// Starts ./headend commands that print the address they serve at, and ends them, softly or with SIGKILL.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const READY = /^(http:\/\/127\.0\.0\.1:\d+\/)\s*$/m;

/**
 * Gives { url, kill(signal), tail() } when the command prints what `ready` captures, by default the address it serves at;
 * rejects with its last lines otherwise.
 */
export function startHeadend(args, { readyWithin = 300_000, ready = READY } = {}) {
  const child = spawn("./headend", args, { cwd: ROOT, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const tail = () => output.split("\n").slice(-15).join("\n");
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
  const kill = async (signal = "SIGTERM") => {
    if (child.exitCode === null && child.signalCode === null) {
      // the group: the launcher and the Java process that it became
      process.kill(-child.pid, signal);
      const hard = setTimeout(() => process.kill(-child.pid, "SIGKILL"), 10_000);
      await ended;
      clearTimeout(hard);
    }
  };
  return new Promise((resolve, reject) => {
    const late = setTimeout(async () => {
      await kill("SIGKILL");
      reject(new Error(`headend ${args[0]} was not ready within ${readyWithin / 1000} s:\n${tail()}`));
    }, readyWithin);
    const hear = (bytes) => {
      output = (output + bytes).slice(-100_000);
      const found = ready.exec(output);
      if (found) {
        clearTimeout(late);
        resolve({ url: found[1], kill, tail });
      }
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", reject);
    ended.then((how) => {
      clearTimeout(late);
      reject(new Error(`headend ${args[0]} ended (${how}) before it was ready:\n${tail()}`));
    });
  });
}

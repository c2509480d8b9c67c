// Starts ./headend demo and waits for the line with its address.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const READY = /^(http:\/\/127\.0\.0\.1:\d+\/)\s*$/m;

/** Gives { url, stop() }; rejects with the last lines of output if the demo ends or is not ready in time. */
export function startDemo({ seconds, readyWithin, options = [] }) {
  const child = spawn("./headend", ["demo", "--port", "0", "--duration", String(seconds), ...options], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const tail = () => output.split("\n").slice(-15).join("\n");
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, "SIGTERM");
      const hard = setTimeout(() => process.kill(-child.pid, "SIGKILL"), 10_000);
      await ended;
      clearTimeout(hard);
    }
  };
  return new Promise((resolve, reject) => {
    const late = setTimeout(async () => {
      await stop();
      reject(new Error(`the demo was not ready within ${readyWithin / 1000} s:\n${tail()}`));
    }, readyWithin);
    const hear = (bytes) => {
      output = (output + bytes).slice(-100_000);
      const ready = READY.exec(output);
      if (ready) {
        clearTimeout(late);
        resolve({ url: ready[1], stop, tail });
      }
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("error", reject);
    ended.then((how) => {
      clearTimeout(late);
      reject(new Error(`the demo ended (${how}) before it was ready:\n${tail()}`));
    });
  });
}

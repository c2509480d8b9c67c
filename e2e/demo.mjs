// Starts ./headend demo and waits for the line with its address.
import { startHeadend } from "./processes.mjs";

/** Gives { url, stop(), tail() }; rejects with the last lines of output if the demo ends or is not ready in time. */
export async function startDemo({ seconds, readyWithin, options = [] }) {
  const args = ["demo", "--port", "0", "--duration", String(seconds), ...options];
  const { url, kill, tail } = await startHeadend(args, { readyWithin });
  return { url, stop: () => kill(), tail };
}

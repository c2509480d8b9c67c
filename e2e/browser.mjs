// Headless Chromium with a fresh profile, and pages that remember what went wrong in them.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

// What a page that answers late is given beyond the time of a wait.
const HANGS = 20_000;
const FLAGS = [
  "--headless", "--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio", "--disable-gpu",
  "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export async function openBrowser() {
  const profile = await mkdtemp(join(tmpdir(), "headend-e2e-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
    viewport: { width: 1440, height: 1000 },
  });
  return {
    /** A page with `troubles` (uncaught errors) and `strangers` (requests to other hosts than this machine). */
    async page() {
      const page = await context.newPage();
      page.troubles = [];
      page.strangers = [];
      page.on("pageerror", (e) => page.troubles.push(e.message));
      page.on("request", (r) => {
        const url = new URL(r.url());
        if (url.protocol.startsWith("http") && url.hostname !== "127.0.0.1") page.strangers.push(url.href);
      });
      return page;
    },
    version: () => context.browser()?.version(),
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Polls until `condition(value)` holds for what `read()` gives; fails with the last value, also where `read()` hangs. */
export async function until(read, condition, milliseconds, what) {
  const end = Date.now() + milliseconds;
  let value;
  for (;;) {
    value = await within(read(), end + HANGS - Date.now(), () => `${what}: no answer; before it: ${JSON.stringify(value)}`);
    if (condition(value)) return value;
    if (Date.now() > end) throw new Error(`${what} did not happen within ${milliseconds / 1000} s; last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function within(promise, milliseconds, message) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(message())), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

// Glass to glass: how old the picture on the screen is, by the frame number burnt into it, while players follow the
// low-latency demo. Usage: node latency.mjs [--seconds 600] [--only "hls.js HLS"] [--url http://127.0.0.1:8080/]
import { parseArgs } from "node:util";
import { serveBarePlayers } from "./bare.mjs";
import { openBrowser, until } from "./browser.mjs";
import { startDemo } from "./demo.mjs";
import { readFrameNumber } from "./picture.mjs";

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "600" }, only: { type: "string" }, url: { type: "string" }, json: { type: "boolean" } },
});
const seconds = Number(options.seconds);
const ROWS = [
  // Of itself hls.js keeps for ever the latency that it began with; the others catch up without being told.
  { player: "hls.js", kind: "HLS", bar: 2.0, config: { maxLiveSyncPlaybackRate: 1.5 } },
  { player: "dash.js", kind: "DASH", bar: 1.5 },
  { player: "shaka-player", kind: "HLS", bar: Infinity },
].filter((row) => !options.only || options.only === `${row.player} ${row.kind}`);
const FRAME_RATE = 25;
const WARM_UP = 15_000;

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];

async function measure(browser, bare, { player, kind, bar, config }, url) {
  const page = await browser.page();
  const missing = [];
  page.on("response", (r) => r.status() >= 400 && missing.push(`${r.status()} ${new URL(r.url()).pathname}${new URL(r.url()).search}`));
  try {
    await page.goto(bare.page(player, url, config));
    await until(() => page.evaluate(() => window.figures()), (f) => f.frames > 10 && f.time > 0, 30_000, "playback");
    await page.waitForTimeout(WARM_UP);
    const before = await page.evaluate(() => window.figures());
    const ages = [];
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      const seen = await page.evaluate(readFrameNumber);
      if (seen) ages.push(seen.now / 1000 - seen.frame / FRAME_RATE);
      await page.waitForTimeout(250);
    }
    const after = await page.evaluate(() => window.figures());
    ages.sort((a, b) => a - b);
    const stalls = after.stalls.length - before.stalls.length;
    const median = quantile(ages, 0.5);
    const ok = ages.length > seconds && median <= bar && stalls === 0 && missing.length === 0 && after.fatal.length === 0;
    return {
      player, kind, bar, ok, samples: ages.length, median, p95: quantile(ages, 0.95), max: ages.at(-1), stalls,
      errors: missing.length, played: after.time - before.time, first: missing.slice(0, 3), fatal: after.fatal,
      stalledAt: after.stalls.slice(-3),
    };
  } finally {
    await page.close();
  }
}

let demo;
let browser;
let bare;
let failed = 0;
try {
  const total = ROWS.length * (seconds + 60) + 60;
  demo = options.url ? { url: options.url } : await startDemo({ seconds: total, readyWithin: 300_000, options: ["--low-latency"] });
  browser = await openBrowser();
  bare = await serveBarePlayers();
  const channel = await until(
    async () => (await fetch(new URL("stats.json", demo.url))).json(), (s) => s.state === "RUNNING", 30_000, "state RUNNING");
  for (const row of ROWS) {
    const url = new URL(row.kind === "HLS" ? channel.hls : channel.dash, demo.url).href;
    const r = await measure(browser, bare, row, url);
    failed += r.ok ? 0 : 1;
    if (options.json) {
      console.log(JSON.stringify(r));
    } else {
      const bar = Number.isFinite(r.bar) ? ` (bar ${r.bar.toFixed(1)} s)` : "";
      console.log(
        `${r.ok ? "ok  " : "FAIL"}  ${r.player} ${r.kind}: median ${r.median?.toFixed(2)} s${bar}, 95 % ${r.p95?.toFixed(2)} s, ` +
          `at most ${r.max?.toFixed(2)} s, ${r.stalls} stalls, ${r.errors} failed requests in ${seconds} s, ${r.played.toFixed(1)} s played`);
      if (!r.ok) console.log(`      ${JSON.stringify({ first: r.first, fatal: r.fatal, stalledAt: r.stalledAt, samples: r.samples })}`);
    }
  }
} catch (e) {
  failed++;
  console.log(`FAIL  ${e.message}`);
  if (demo?.tail) console.log(demo.tail());
} finally {
  bare?.close();
  await browser?.close();
  await demo?.stop?.();
}
process.exit(failed === 0 ? 0 : 1);

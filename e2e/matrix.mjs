// Which players play which of our outputs: every row prints one line, the exit code is the verdict.
// Usage: node matrix.mjs [--only WORD]   rows whose name contains WORD
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { serveBarePlayers } from "./bare.mjs";
import { openBrowser, until } from "./browser.mjs";
import { startDemo } from "./demo.mjs";
import { serveFolders } from "./folders.mjs";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SHARED = fileURLToPath(new URL("../../shared/media/functional/", import.meta.url));
const out = fileURLToPath(new URL("out/matrix/", import.meta.url));
const { values: options } = parseArgs({ options: { only: { type: "string", default: "" } } });
const headend = (...args) => run("./headend", args, { cwd: ROOT, timeout: 120_000 });

let passed = 0;
let failed = 0;
let skipped = 0;

/** Plays to a time, without anything fatal. */
async function plays(browser, bare, { player, url, seconds, live, silent, check }) {
  const page = await browser.page();
  try {
    await page.goto(bare.page(player, url));
    const get = async () => {
      const f = await page.evaluate(() => window.figures());
      if (f.fatal.length) throw new Error(`fatal: ${f.fatal.join("; ")}`);
      return f;
    };
    const first = await until(get, (f) => f.frames > 5 && f.time > 0, 20_000, "playback");
    const target = live ? first.time + seconds : seconds;
    const last = await until(get, (f) => f.time >= target || f.ended, 30_000 + 2000 * seconds, `${seconds} s of playback`);
    if (!silent) assert(last.audio > 0, "no sound decoded");
    assert.deepEqual(page.troubles, []);
    const note = check ? await check(page) : "";
    return `${last.frames} frames, ${last.height}p${note ? `; ${note}` : ""}`;
  } finally {
    await page.close();
  }
}

async function row(name, body) {
  if (!name.includes(options.only)) return;
  const begun = Date.now();
  try {
    const note = await body();
    passed++;
    console.log(`ok    ${name}  (${((Date.now() - begun) / 1000).toFixed(1)} s; ${note})`);
  } catch (e) {
    failed++;
    console.log(`FAIL  ${name}: ${e.message}`);
  }
}

const exists = (path) => access(path).then(() => true, () => false);

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
let demo;
let browser;
let bare;
let folders;
try {
  demo = await startDemo({ seconds: 1200, readyWithin: 300_000, options: ["--low-latency", "--ts"] });
  browser = await openBrowser();
  bare = await serveBarePlayers();
  folders = await serveFolders(out);
  const channel = await until(
    async () => (await fetch(new URL("stats.json", demo.url))).json(), (s) => s.state === "RUNNING", 30_000, "state RUNNING");
  const liveHls = new URL(channel.hls, demo.url).href;
  const liveTs = new URL(channel.ts, demo.url).href;
  const liveDash = new URL(channel.dash, demo.url).href;

  for (const [player, kind, url] of [
    ["hls.js", "LL-HLS", liveHls], ["shaka-player", "LL-HLS", liveHls],
    ["shaka-player", "LL-DASH", liveDash], ["dash.js", "LL-DASH", liveDash],
    ["hls.js", "TS HLS of a live channel", liveTs], ["shaka-player", "TS HLS of a live channel", liveTs],
  ]) {
    await row(`${player} follows ${kind}`, () => plays(browser, bare, { player, url, seconds: 6, live: true }));
  }

  // A clip of our own: the channel recorded through its playlist.
  await headend("ingest", liveHls, "-o", `${out}clip.mp4`, "--duration", "14");
  await headend("package", `${out}clip.mp4`, "-o", `${out}cmaf`, "--segment", "2");
  await headend("package", `${out}clip.mp4`, "-o", `${out}ts`, "--ts", "--segment", "2");
  for (const [player, kind, path] of [
    ["hls.js", "CMAF HLS", "cmaf/master.m3u8"], ["shaka-player", "CMAF HLS", "cmaf/master.m3u8"],
    ["shaka-player", "CMAF DASH", "cmaf/manifest.mpd"], ["dash.js", "CMAF DASH", "cmaf/manifest.mpd"],
    ["hls.js", "TS HLS", "ts/master.m3u8"], ["shaka-player", "TS HLS", "ts/master.m3u8"],
  ]) {
    await row(`${player} plays ${kind}`, () => plays(browser, bare, { player, url: folders.url(path), seconds: 8 }));
  }
  for (const [player, path] of [["hls.js", "cmaf/master.m3u8"], ["shaka-player", "cmaf/manifest.mpd"], ["dash.js", "cmaf/manifest.mpd"]]) {
    await row(`${player} seeks in ${path}`, () => plays(browser, bare, {
      player, url: folders.url(path), seconds: 2,
      check: async (page) => {
        await page.evaluate(() => { document.getElementById("video").currentTime = 9.3; });
        await until(() => page.evaluate(() => window.figures()), (f) => f.time > 9.8, 15_000, "playback behind a seek");
        return "seek to 9.3 s";
      },
    }));
  }

  const rows = [
    ["several sounds", "derived_h264_2xheaac.ts", 2, async (page, player) => {
      const tracks = await page.evaluate((p) => window.tracks[p](), player);
      assert(tracks >= 2, `${tracks} sound tracks`);
      await page.evaluate((p) => window.switchAudio[p](1), player);
      const from = (await page.evaluate(() => window.figures())).audio;
      await until(() => page.evaluate(() => window.figures()), (f) => f.audio > from && !f.fatal.length, 10_000, "sound after a switch");
      return `${tracks} sound tracks, switched`;
    }],
    ["a B pyramid", "h264_bpyramid.mp4", 1, undefined],
    // there and back: after four seconds, and after eight
    ["a change of format", "hls_discontinuity/index.m3u8", 8.5, undefined],
    ["open GOPs", "derived_opengop_bframes.mp4", 1, undefined],
  ];
  for (const [what, file, seconds, check] of rows) {
    const source = `${SHARED}${file}`;
    if (!(await exists(source))) {
      skipped++;
      console.log(`skip  ${what}: ../shared is missing`);
      continue;
    }
    const name = file.replace(/\W/g, "_");
    try {
      await headend("package", source, "-o", `${out}${name}`, "--segment", "2");
    } catch (e) {
      failed++;
      console.log(`FAIL  packaging ${file}: ${e.stderr}`);
      continue;
    }
    for (const [player, path] of [
      ["hls.js", "master.m3u8"], ["shaka-player", "master.m3u8"], ["shaka-player", "manifest.mpd"], ["dash.js", "manifest.mpd"],
    ]) {
      await row(`${player} plays ${what} (${path})`, () => plays(browser, bare, {
        player, url: folders.url(`${name}/${path}`), seconds, silent: !check, check: check && ((page) => check(page, player)),
      }));
    }
  }
  await row("nothing that is listed is missing", async () => {
    assert.deepEqual(folders.missing.filter((path) => path !== "/favicon.ico"), []);
    return "no 404";
  });
} catch (e) {
  failed++;
  console.log(`FAIL  the matrix itself: ${e.message}`);
} finally {
  await browser?.close();
  bare?.close();
  folders?.close();
  await demo?.stop();
}
console.log(`${passed} rows passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed ? 1 : 0;

// Two pipelines in processes of their own push one channel into the two slots of an origin. One after the other is killed (SIGKILL) at a random
// instant and started again, while players watch. Usage: node redundancy.mjs [--rounds 4] [--seed 1]
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { serveBarePlayers } from "./bare.mjs";
import { openBrowser, until } from "./browser.mjs";
import { startHeadend } from "./processes.mjs";

const { values: options } = parseArgs({ options: { rounds: { type: "string", default: "4" }, seed: { type: "string", default: "1" } } });
const rounds = Number(options.rounds);
let seed = Number(options.seed);
const random = () => ((seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const CHANNEL = {
  name: "news", input: "test:?size=640x360", loop: true, segment: 2, gop: 2, window: 40,
  video: [{ name: "v360", width: 640, height: 360, preset: "ultrafast" }, { name: "v180", width: 320, height: 180, preset: "ultrafast" }],
};
const SEGMENT = 2;
const RENDITIONS = ["v360", "v180", "audio"];
const PLAYERS = [["hls.js", "master.m3u8"], ["dash.js", "manifest.mpd"], ["shaka-player", "master.m3u8"], ["shaka-player", "manifest.mpd"]];

const failures = [];
const fail = (what) => failures.push(what);
const sequence = (text) => Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)[1]);
const broken = (text) => Number(/#EXT-X-DISCONTINUITY-SEQUENCE:(\d+)/.exec(text)?.[1] ?? 0);
const names = (text) => [...text.matchAll(/^(?:.*\/)?(\d+)\.m4s/gm)].map((m) => Number(m[1]));

/** Looks at the playlists all the time: monotonic, without a hole, and each named segment is there. */
function watchPlaylists(base) {
  const last = new Map();
  const fetched = new Set();
  let looks = 0;
  let running = true;
  const done = (async () => {
    while (running) {
      for (const rendition of RENDITIONS) {
        const answer = await fetch(new URL(`${rendition}/media.m3u8`, base));
        if (answer.status !== 200) {
          fail(`${rendition}/media.m3u8: ${answer.status}`);
          continue;
        }
        const text = await answer.text();
        const now = { sequence: sequence(text), breaks: broken(text), end: names(text).at(-1) };
        const before = last.get(rendition);
        if (before && (now.sequence < before.sequence || now.breaks < before.breaks || now.end < before.end)) {
          fail(`${rendition} went back: ${JSON.stringify({ before, now })}`);
        }
        if (/#EXT-X-(GAP|DISCONTINUITY)\s*$/m.test(text)) fail(`${rendition} has a gap or a break at ${now.end}`);
        if (names(text).some((n, i, all) => i > 0 && n !== all[i - 1] + 1)) fail(`${rendition} has a hole: ${names(text)}`);
        last.set(rendition, now);
        for (const n of names(text).slice(-3)) {
          if (!fetched.has(`${rendition}/${n}`)) {
            fetched.add(`${rendition}/${n}`);
            const segment = await fetch(new URL(`${rendition}/${n}.m4s`, base));
            if (segment.status !== 200) fail(`${rendition}/${n}.m4s is listed but answered with ${segment.status}`);
            await segment.arrayBuffer();
          }
        }
      }
      looks++;
      await pause(300);
    }
  })();
  return { stop: async () => ((running = false), await done, { looks, segments: fetched.size }) };
}

const folder = await mkdtemp(join(tmpdir(), "headend-redundancy-"));
const file = join(folder, "news.json");
await writeFile(file, JSON.stringify(CHANNEL));
let origin;
let browser;
let bare;
let watch;
const pipelines = {};
const startPipeline = async (slot) => {
  pipelines[slot] = await startHeadend(["live", file, "--port", "0", "--push", new URL(`/news/${slot}/`, origin.url).href]);
};
try {
  origin = await startHeadend(["origin", "news", "--renditions", RENDITIONS.join(","), "--segment", String(SEGMENT), "--window", "40", "--port", "0"]);
  await startPipeline("A");
  await startPipeline("B");
  const base = new URL("/news/", origin.url);
  await until(async () => (await fetch(new URL("master.m3u8", base))).status, (s) => s === 200, 60_000, "a master playlist");
  await pause(8000);
  watch = watchPlaylists(base);
  browser = await openBrowser();
  bare = await serveBarePlayers();
  const watching = [];
  for (const [player, manifest] of PLAYERS) {
    const page = await browser.page();
    const row = { name: `${player} ${manifest}`, page, missing: [] };
    page.on("response", (r) => r.status() >= 400 && row.missing.push(`${r.status()} ${new URL(r.url()).pathname}`));
    await page.goto(bare.page(player, new URL(manifest, base).href));
    await until(() => page.evaluate(() => window.figures()), (f) => f.frames > 10 && f.time > 0, 30_000, `playback in ${row.name}`);
    row.first = await page.evaluate(() => window.figures());
    row.begun = Date.now();
    watching.push(row);
  }
  for (let round = 0; round < rounds; round++) {
    const slot = round % 2 === 0 ? "A" : "B";
    await pause(2000 + random() * 2 * SEGMENT * 1000);
    await pipelines[slot].kill("SIGKILL");
    const instant = (Date.now() / 1000) % SEGMENT;
    await pause(3 * SEGMENT * 1000 + random() * SEGMENT * 1000);
    await startPipeline(slot);
    // until it has been in its slot for some segments
    await pause(7 * SEGMENT * 1000);
    console.log(`round ${round + 1}: slot ${slot} killed ${instant.toFixed(3)} s into a segment and started again`);
  }
  for (const row of watching) {
    const f = await row.page.evaluate(() => window.figures());
    const played = f.time - row.first.time;
    const wall = (Date.now() - row.begun) / 1000;
    const stalls = f.stalls.length - row.first.stalls.length;
    const ok = f.fatal.length === 0 && row.missing.length === 0 && played > wall - 4 && f.frames > row.first.frames;
    if (!ok) fail(`${row.name}: ${JSON.stringify({ played, wall, stalls, missing: row.missing.slice(0, 3), fatal: f.fatal })}`);
    console.log(`${ok ? "ok  " : "FAIL"}  ${row.name}: ${played.toFixed(1)} s played in ${wall.toFixed(1)} s, ${stalls} stalls, ` +
      `${row.missing.length} failed requests, ${f.fatal.length} fatal errors`);
  }
  const seen = await watch.stop();
  console.log(`${failures.length ? "FAIL" : "ok  "}  playlists: looked at ${seen.looks} times, ${seen.segments} segments fetched, all monotonic and whole`);
} catch (e) {
  fail(e.message);
  console.log([origin, ...Object.values(pipelines)].map((p) => p?.tail() ?? "").join("\n"));
} finally {
  await watch?.stop();
  bare?.close();
  await browser?.close();
  for (const process of [...Object.values(pipelines), origin]) await process?.kill();
  await rm(folder, { recursive: true, force: true });
}
for (const failure of failures.slice(0, 10)) console.log(`FAIL  ${failure}`);
console.log(`${rounds} kills, ${failures.length} failures`);
process.exit(failures.length === 0 ? 0 : 1);

// Protected output in players: one line a row, the exit code is the verdict.
// Needs ../shared/packaging/src-clips for the recorded rows; without it they are said to be skipped.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serveBarePlayers } from "./bare.mjs";
import { openBrowser, until } from "./browser.mjs";
import { startDemo } from "./demo.mjs";
import { serveFolders } from "./folders.mjs";
import { startHeadend } from "./processes.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CLIPS = join(ROOT, "../shared/packaging/src-clips");
const VIDEO = { id: "00112233445566778899aabbccddeeff", key: "0f0e0d0c0b0a09080706050403020100" };
const SOUND = { id: "10112233445566778899aabbccddeeff", key: "1f0e0d0c0b0a09080706050403020100" };
const { values: options } = parseArgs({ options: { only: { type: "string", default: "" } } });

let passed = 0;
let failed = 0;
let skipped = 0;
async function row(name, body) {
  if (!name.includes(options.only)) return;
  try {
    const note = await body();
    passed++;
    console.log(`ok    ${name}${note ? `  (${note})` : ""}`);
  } catch (e) {
    failed++;
    console.log(`FAIL  ${name}: ${e.message.replace(/\s+/g, " ").slice(0, 400)}`);
  }
}

let browser;
let bare;

/** Plays for some seconds; what the player merely notes must stay empty too, such as a key that it misses (4012). */
async function plays(player, url, { least = 4, config = {} } = {}) {
  const page = await browser.page();
  try {
    await page.goto(bare.page(player, url, config));
    const end = await until(
      () =>
        page.evaluate(() => {
          const f = window.figures();
          if (f.frames > 0 && f.time > 0) window.first ??= f.time;
          return { ...f, start: window.first ?? f.time };
        }),
      (f) => (f.frames > 10 && f.time > 0 && f.audio > 0 && f.time - f.start >= least) || f.fatal.length > 0,
      60_000 + 2000 * least, `${least} s of playback`);
    assert.deepEqual(end.fatal, []);
    assert.deepEqual(end.warnings.filter((w) => /code 60|code 4012/.test(w)), []);
    return `${end.frames} frames, ${(end.time - end.start).toFixed(1)} s`;
  } finally {
    await page.close();
  }
}

/** Must not show a picture. */
async function refuses(player, url, config) {
  const page = await browser.page();
  try {
    await page.goto(bare.page(player, url, config));
    const end = await until(() => page.evaluate(() => window.figures()), (f) => f.fatal.length > 0 || f.frames > 5, 60_000, "an error");
    assert.notDeepEqual(end.fatal, [], `${end.frames} frames were shown`);
    return end.fatal[0].slice(0, 60);
  } finally {
    await page.close();
  }
}

const hex = (base) => ({ drm: { clearKeys: { [VIDEO.id]: base.video, [SOUND.id]: base.sound } } });
const right = hex({ video: VIDEO.key, sound: SOUND.key });
const wrong = hex({ video: "f".repeat(32), sound: "e".repeat(32) });

async function live(name, flags, { least, page: whole, rotated }) {
  if (options.only.startsWith("recorded")) return;
  const demo = await startDemo({ seconds: 1800, readyWithin: 300_000, options: flags });
  try {
    const stats = () => fetch(new URL("stats.json", demo.url)).then((r) => r.json());
    const channel = await until(stats, (s) => s.state === "RUNNING", 60_000, "state RUNNING");
    const hls = new URL(channel.hls, demo.url).href;
    if (!channel.dash) {
      for (const player of ["hls.js", "shaka-player"]) {
        await row(`${name} HLS, key by URL, in ${player}`, () => plays(player, hls, { least }));
      }
      if (channel.ts) {
        const ts = new URL(channel.ts, demo.url).href;
        for (const player of ["hls.js", "shaka-player"]) {
          await row(`${name} transport streams, key by URL, in ${player}`, () => plays(player, ts, { least }));
        }
      }
      await row(`${name} DASH is refused`, async () => {
        const answer = await fetch(new URL("manifest.mpd", hls));
        assert.equal(answer.status, 404);
        return (await answer.text()).trim();
      });
      if (whole) await row(`${name}: the demo's page`, () => watches(demo.url, ["hlsjs", "shaka-hls"]));
      return;
    }
    const dash = new URL(channel.dash, demo.url).href;
    const server = { drm: { servers: { "org.w3.clearkey": new URL("license", demo.url).href } } };
    await row(`${name} DASH, Laurl, in shaka-player`, () => plays("shaka-player", dash, { least }));
    if (!rotated) await row(`${name} DASH, Laurl, in dash.js`, () => plays("dash.js", dash));
    await row(`${name} DASH, configured licence server, in shaka-player`, () => plays("shaka-player", dash, { config: server }));
    await row(`${name} HLS, key by URL, in shaka-player`, () => plays("shaka-player", hls, { least }));
    if (whole) await row(`${name}: the demo's page`, () => watches(demo.url, ["shaka-dash", "shaka-hls"]));
  } finally {
    await demo.stop();
  }
}

/** Starts ./headend keys; gives its address and what ends it. */
async function keyServer(folder) {
  const secret = join(folder, "secret.txt");
  await writeFile(secret, "00112233445566778899aabbccddeeff".repeat(2));
  const keys = await startHeadend(
    ["keys", "--port", "0", "--duration", "1800", "--secret-file", secret], { ready: /^(http:\S+\/license)\s*$/m });
  return { secret, license: keys.url, stop: () => keys.kill() };
}

/** Every key that the playlists of a folder name, as shaka-player is configured with them. */
async function configured(folder) {
  const clearKeys = {};
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name, "media.m3u8"), "utf8").catch(() => "");
    for (const [, url, id] of text.matchAll(/URI="(http[^"]+\?kid=([0-9a-f]{32}))"/g)) {
      clearKeys[id] = Buffer.from(await (await fetch(url)).arrayBuffer()).toString("hex");
    }
  }
  return { drm: { clearKeys } };
}

/** The demo's own page chooses a player that decrypts. */
async function watches(url, players) {
  const page = await browser.page();
  try {
    await page.goto(url);
    const figures = () => page.evaluate(() => window.headend.figures());
    const seen = {};
    for (const id of players) {
      if (id !== players[0]) await page.evaluate((p) => void window.headend.play(p), id);
      const f = await until(figures, (f) => f.player === id && f.decoded > 50 && f.height > 0, 60_000, `${id} plays`);
      seen[id] = f.decoded;
    }
    for (const id of ["hlsjs", "dashjs", "shaka-dash", "shaka-hls"].filter((other) => !players.includes(other))) {
      assert.equal(await page.locator(`[data-player="${id}"]`).isVisible(), false, `${id} is offered, and cannot decrypt`);
    }
    assert.deepEqual(page.troubles, []);
    assert.deepEqual(page.strangers, []);
    return Object.entries(seen).map(([id, frames]) => `${id} ${frames} frames`).join(", ");
  } finally {
    await page.close();
  }
}

const work = await mkdtemp(join(tmpdir(), "headend-drm-"));
try {
  browser = await openBrowser();
  bare = await serveBarePlayers();
  for (const scheme of ["cenc", "cbcs"]) await live(`live ${scheme}`, ["--drm", scheme], { least: 4, page: true });
  for (const scheme of ["cenc", "cbcs"]) {
    await live(`live ${scheme}, a key for 6 s`, ["--drm", scheme, "--key-period", "6"], { least: 20, rotated: true });
  }
  await live("live aes-128", ["--drm", "aes-128", "--ts"], { least: 4, page: true });
  await live("live aes-128, a key for 6 s", ["--drm", "aes-128", "--ts", "--key-period", "6"], { least: 20 });
  await live("live sample-aes in CMAF", ["--drm", "sample-aes"], { least: 4 });
  if (existsSync(CLIPS)) {
    const server = await serveFolders(work);
    const clips = ["s8_v360.mp4", "s8_a.mp4"].map((name) => join(CLIPS, name));
    for (const scheme of ["cenc", "cbcs"]) {
      execFileSync(
        join(ROOT, "headend"),
        ["package", ...clips, "-o", join(work, scheme), "--drm", scheme,
          "--key", `VIDEO=${VIDEO.id}:${VIDEO.key}`, "--key", `AUDIO=${SOUND.id}:${SOUND.key}`],
        { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
      for (const file of ["manifest.mpd", "master.m3u8"]) {
        const url = server.url(`${scheme}/${file}`);
        const kind = file.endsWith("mpd") ? "DASH" : "HLS";
        await row(`recorded ${scheme} ${kind}, configured keys, in shaka-player`, () => plays("shaka-player", url, { config: right }));
        await row(`recorded ${scheme} ${kind} refuses a wrong key`, () => refuses("shaka-player", url, wrong));
      }
    }
    // past four seconds the pictures are others, with an initialisation segment and a key of their own
    const changing = join(CLIPS, "../../media/functional/hls_discontinuity/index.m3u8");
    for (const scheme of ["cenc", "cbcs"]) {
      const folder = join(work, `${scheme}-changing`);
      execFileSync(
        join(ROOT, "headend"),
        ["package", changing, "-o", folder, "--segment", "2", "--drm", scheme, "--key", `HD=${VIDEO.id}:${VIDEO.key}`,
          "--key", `SD=${SOUND.id}:${SOUND.key}`, "--key", `AUDIO=${SOUND.id}:${SOUND.key}`],
        { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
      for (const file of ["manifest.mpd", "master.m3u8"]) {
        await row(`recorded ${scheme} ${file.endsWith("mpd") ? "DASH" : "HLS"}, the format changes, in shaka-player`,
          () => plays("shaka-player", server.url(`${scheme}-changing/${file}`), { config: right, least: 8 }));
      }
    }
    await writeFile(join(work, "key"), Buffer.from(VIDEO.key, "hex"));
    await writeFile(join(work, "other-key"), Buffer.from(SOUND.key, "hex"));
    for (const [name, ...flags] of [
      ["aes-128 CMAF", "--drm", "aes-128"],
      ["aes-128 TS", "--drm", "aes-128", "--ts"],
      ["sample-aes TS", "--drm", "sample-aes"],
    ]) {
      for (const key of ["key", "other-key"]) {
        const folder = `${name.replace(" ", "-")}-${key}`;
        execFileSync(
          join(ROOT, "headend"),
          ["package", ...clips, "-o", join(work, folder), ...flags,
            "--key", `${VIDEO.id}:${VIDEO.key}`, "--license", server.url(key)],
          { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
        const url = server.url(`${folder}/master.m3u8`);
        await (key === "key"
          ? row(`recorded ${name} in hls.js`, () => plays("hls.js", url))
          : row(`recorded ${name} refuses a wrong key in hls.js`, () => refuses("hls.js", url)));
      }
    }
    const keys = await keyServer(work);
    try {
      for (const scheme of ["cenc", "cbcs"]) {
        const folder = `${scheme}-rotated`;
        execFileSync(
          join(ROOT, "headend"),
          ["package", ...clips, "-o", join(work, folder), "--drm", scheme, "--secret-file", keys.secret,
            "--segment", "2", "--key-period", "2", "--license", keys.license],
          { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
        const config = await configured(join(work, folder));
        assert(Object.keys(config.drm.clearKeys).length >= 8, "a key for each period of pictures and of sound");
        for (const file of ["manifest.mpd", "master.m3u8"]) {
          const kind = file.endsWith("mpd") ? "DASH" : "HLS";
          const url = server.url(`${folder}/${file}`);
          await row(`recorded ${scheme}, a key for 2 s, ${kind}, configured keys, in shaka-player`, () =>
            plays("shaka-player", url, { config, least: 6.5 }));
        }
        await row(`recorded ${scheme}, a key for 2 s, HLS, key by URL, in shaka-player`, () =>
          plays("shaka-player", server.url(`${folder}/master.m3u8`), { least: 6.5 }));
        await row(`recorded ${scheme}, a key for 2 s, DASH, Laurl of ./headend keys, in shaka-player`, () =>
          plays("shaka-player", server.url(`${folder}/manifest.mpd`), { least: 6.5 }));
      }
    } finally {
      await keys.stop();
    }
    server.close();
  } else {
    skipped += 26;
    console.log("skip  recorded rows: ../shared is missing");
  }
} catch (e) {
  failed++;
  console.log(`FAIL  the suite: ${e.message}`);
} finally {
  bare?.close();
  await browser?.close();
  await rm(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

// Every kind of output in every player that can play it: one line a row, the exit code is the verdict.
// Needs ../shared/packaging/src-clips for the recorded rows; without it they are said to be skipped.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import HLS from "hls-parser";
import { serveBarePlayers } from "./bare.mjs";
import { openBrowser, until } from "./browser.mjs";
import { startDemo } from "./demo.mjs";
import { readFrameNumber } from "./picture.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CLIPS = join(ROOT, "../shared/packaging/src-clips");
const TYPES = { ".m3u8": "application/vnd.apple.mpegurl", ".mpd": "application/dash+xml", ".ts": "video/mp2t", ".vtt": "text/vtt", ".jpg": "image/jpeg" };
HLS.setOptions({ strictMode: true });

// --only WORD: rows whose name contains WORD; live rows need their channel, so they are left out unless WORD names them
const only = process.argv[2] === "--only" ? process.argv[3] : "";
let passed = 0;
let failed = 0;
let skipped = 0;
async function row(name, body) {
  if (!name.includes(only)) return;
  try {
    const note = await body();
    passed++;
    console.log(`ok    ${name}${note ? `  (${note})` : ""}`);
  } catch (e) {
    failed++;
    console.log(`FAIL  ${name}: ${e.message.split("\n")[0]}`);
  }
}

/** Serves a folder with ranges and CORS. */
async function serve(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(join(folder, decodeURIComponent(new URL(request.url, "http://x").pathname)));
    const headers = { "Access-Control-Allow-Origin": "*", "Content-Type": TYPES[extname(path)] ?? "video/mp4" };
    if (!path.startsWith(folder) || !existsSync(path) || !(await stat(path)).isFile()) {
      response.writeHead(404, headers).end();
      return;
    }
    const bytes = await readFile(path);
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    if (range) {
      const end = range[2] === "" ? bytes.length - 1 : Math.min(Number(range[2]), bytes.length - 1);
      response.writeHead(206, { ...headers, "Content-Range": `bytes ${range[1]}-${end}/${bytes.length}` });
      response.end(bytes.subarray(Number(range[1]), end + 1));
    } else {
      response.writeHead(200, headers).end(bytes);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: (path) => `http://127.0.0.1:${server.address().port}/${path}`, close: () => server.close() };
}

let browser;
let bare;
async function plays(player, url, { least = 3, more } = {}) {
  const page = await browser.page();
  const missing = [];
  page.on("response", (r) => r.status() >= 400 && !r.url().endsWith("favicon.ico") && missing.push(`${r.status()} ${r.url()}`));
  try {
    await page.goto(bare.page(player, url));
    const end = await until(
      () =>
        page.evaluate(() => {
          const f = window.figures();
          if (f.frames > 0 && f.time > 0) window.first ??= f.time;
          return { ...f, start: window.first ?? f.time };
        }),
      (f) => (f.frames > 10 && f.time > 0 && f.audio > 0 && f.time - f.start >= least) || f.fatal.length > 0,
      40_000, `${least} s of playback`);
    assert.deepEqual(end.fatal, []);
    assert.deepEqual(missing, []);
    return more ? await more(page) : `${end.frames} frames, ${end.height}p`;
  } finally {
    await page.close();
  }
}

async function parses(url) {
  const text = await (await fetch(url)).text();
  const playlist = HLS.parse(text);
  if (!playlist.isMasterPlaylist) return 1;
  let count = 1;
  const uris = new Set(playlist.variants.map((v) => v.uri));
  for (const variant of playlist.variants) {
    for (const rendition of [...variant.audio, ...variant.subtitles]) if (rendition.uri) uris.add(rendition.uri);
  }
  for (const uri of uris) count += await parses(new URL(uri, url).href);
  return count;
}

const audioTracks = {
  "hls.js": () => window.player.audioTracks.length,
  "shaka-player": () => new Set(window.player.getVariantTracks().map((t) => t.audioId)).size,
  "dash.js": () => window.player.getTracksFor("audio").length,
};
async function twoAudioTracks(player, page) {
  const count = await page.evaluate(`(${audioTracks[player]})()`);
  assert.equal(count, 2, "audio tracks");
  return "2 audio tracks";
}

const playedSound = {
  "hls.js": () => window.player.audioTracks[window.player.audioTrack].url,
  "shaka-player": () => window.player.getVariantTracks().find((t) => t.active).originalAudioId,
  "dash.js": () => window.player.getCurrentRepresentationForType("audio").id,
};
/** The sound that the file says, although it is the second. */
async function playsTheDefault(player, page) {
  const sound = await page.evaluate(`(${playedSound[player]})()`);
  assert.match(sound, /audio-2/);
  return "the second of two";
}

const SUBTITLES = `WEBVTT

00:01.000 --> 00:03.000
first words

00:03.500 --> 00:05.500
second words

00:06.000 --> 00:07.500
third words
`;
const TTML = `<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="de"><head><layout>
<region xml:id="r" tts:origin="10% 80%" tts:extent="80% 15%"/></layout></head><body><div>
<p region="r" begin="1s" end="3s">first words</p><p region="r" begin="00:00:03.500" end="00:00:05.500">second words</p>
<p region="r" begin="6s" dur="1.5s">third words</p></div></body></tt>
`;
/** Chooses the text track of a language, by what each player calls it. */
const showText = {
  "hls.js": (language) => { window.player.subtitleTrack = window.player.subtitleTracks.findIndex((t) => t.lang === language); },
  // it places cues by the pictures that it appends after they are chosen, and has the whole clip by now: once more from the start
  "shaka-player": async (language) => {
    window.player.configure({ streaming: { bufferingGoal: 2 } });
    await window.player.load(url);
    await video.play();
    // text that is chosen while it loads is now and then never fetched, until it is chosen again
    for (let i = 0; i < 100 && !window.player.getBufferedInfo().text.length; i++) {
      if (i % 30 === 0) {
        window.player.selectTextTrack(null);
        window.player.selectTextTrack(window.player.getTextTracks().find((t) => t.language === language));
      }
      await new Promise((r) => setTimeout(r, 100));
    }
  },
  "dash.js": (language) => {
    window.player.enableText(true);
    window.player.setCurrentTrack(window.player.getTracksFor("text").find((t) => t.lang === language));
  },
};
/** What is on the screen at each time, and that it is what the file says. */
async function showsCues(player, page, language) {
  await page.evaluate(`(${showText[player]})(${JSON.stringify(language)})`);
  const shown = () => page.evaluate(() => {
    const texts = [...video.textTracks].flatMap((t) => [...(t.activeCues ?? [])].map((c) => c.text ?? ""));
    return { time: video.currentTime, text: [...texts, document.getElementById("frame").innerText].join(" "), fatal: window.figures().fatal };
  });
  const expected = [[1, 3, "first words"], [3.5, 5.5, "second words"], [6, 7.5, "third words"]];
  for (const [from, to, words] of expected) {
    await page.evaluate((t) => { video.currentTime = t; return video.play(); }, from + 0.3);
    const seen = await until(shown, (s) => s.fatal.length > 0 || s.text.includes(words) || s.time > to + 1, 15_000, `"${words}"`);
    assert.deepEqual(seen.fatal, []);
    assert(seen.text.includes(words), `"${words}" was not shown from ${from} to ${to} s, but ${JSON.stringify(seen)}`);
    assert(seen.time >= from && seen.time < to + 0.3, `"${words}" at ${seen.time} s`);
    for (const [, , others] of expected) assert(others === words || !seen.text.includes(others), `"${others}" at ${seen.time} s`);
  }
  await page.evaluate(() => { video.pause(); video.currentTime = 3.25; });
  await until(shown, (s) => !expected.some(([, , words]) => s.text.includes(words)), 15_000, "nothing between two cues");
  return `3 cues in ${language} at their times`;
}

// the test source numbers its pictures from the segment in which it was opened, the channel lays them where it began: a segment later at most
let laid;
/** Words that say the second, while a picture of that second is on the screen. */
async function saysTheTime(player, page) {
  await page.evaluate(`(${showText[player]})("en")`);
  const look = async () => {
    const texts = await page.evaluate(() => [...[...video.textTracks].flatMap((t) => [...(t.activeCues ?? [])].map((c) => c.text ?? "")),
      document.getElementById("frame").innerText].join(" "));
    const seen = await page.evaluate(readFrameNumber);
    const said = /second (\d+)/.exec(texts);
    return { said: said && Number(said[1]), shown: seen && seen.frame / 25, fatal: await page.evaluate(() => window.figures().fatal) };
  };
  const seconds = new Set();
  while (seconds.size < 4) {
    const now = await until(look, (s) => s.fatal.length > 0 || (s.said && s.shown && !seconds.has(s.said)), 30_000, "another word");
    assert.deepEqual(now.fatal, []);
    laid ??= Math.round((now.said + 0.45 - now.shown) / 2) * 2;
    assert(laid === 0 || laid === 2, `words and pictures are ${laid} s apart`);
    const shown = now.shown + laid;
    assert(shown > now.said - 0.3 && shown < now.said + 1.3, `"second ${now.said}" with the picture of ${now.shown}`);
    seconds.add(now.said);
  }
  return `${seconds.size} words at their times`;
}

const smallPicture = {
  "shaka-player": async () => {
    const found = await window.player.getThumbnails(window.player.getImageTracks()[0].id, 3.2);
    return { url: found.uris[0], x: found.positionX, y: found.positionY, width: found.width };
  },
  "dash.js": () => new Promise((found) => window.player.provideThumbnail(3.2, found)),
};
/** The small picture of a time, where it lies on its sheet, and that the sheet is a picture. */
async function showsThumbnail(player, page) {
  const found = await page.evaluate(`(${smallPicture[player]})()`);
  assert.deepEqual([found.x, found.y, found.width], [480, 0, 160]);
  const size = await page.evaluate(async (url) => {
    const picture = await createImageBitmap(await (await fetch(url)).blob());
    return `${picture.width}x${picture.height}`;
  }, found.url);
  assert.equal(size, "800x450");
  return "the picture of 3.2 s";
}
/** Four times as fast, with key pictures alone. */
async function winds(page) {
  const asked = [];
  page.on("request", (r) => asked.push(r.url()));
  await page.evaluate(async () => {
    window.player.configure({ streaming: { bufferingGoal: 2 } });
    await window.player.load(url);
    await video.play();
  });
  await until(() => page.evaluate(() => video.currentTime), (t) => t > 0.3, 15_000, "playback");
  await page.evaluate(() => window.player.trickPlay(4));
  const end = await until(() => page.evaluate(() => window.figures()), (f) => f.time > 7.5 || f.fatal.length > 0, 15_000, "the end");
  assert.deepEqual(end.fatal, []);
  const pictures = asked.filter((u) => u.includes("-trick/") && u.endsWith(".m4s")).length;
  assert(pictures > 0, "no key picture was asked for");
  return `${pictures} key pictures`;
}

async function live(name, options, rows, more) {
  laid = undefined;
  const demo = await startDemo({ seconds: 1200, readyWithin: 300_000, options });
  try {
    const stats = () => fetch(new URL("stats.json", demo.url)).then((r) => r.json());
    const channel = await until(stats, (s) => s.state === "RUNNING", 30_000, "state RUNNING");
    const hls = new URL(channel.hls, demo.url).href;
    const dash = new URL(channel.dash, demo.url).href;
    for (const [player, kind] of rows) await row(`${name} ${kind} in ${player}`, () => plays(player, kind === "HLS" ? hls : dash, { more: more && ((page) => more(player, page)) }));
    const begin = Math.floor(Date.now() / 1000) - 12;
    if (options.length === 0) {
      for (const player of ["hls.js", "shaka-player"]) {
        await row(`start-over HLS in ${player}`, () => plays(player, `${hls}?begin=${begin}`));
      }
      await row("start-over DASH in dash.js", () => plays("dash.js", `${dash}?begin=${begin}&end=${begin + 8}`));
    }
    await row(`${name}: hls-parser reads every playlist, strictly`, async () => `${await parses(hls)} playlists`);
  } finally {
    await demo.stop();
  }
}

async function recorded(name, folder, rows, options) {
  const server = await serve(folder);
  try {
    for (const [player, file] of rows) {
      await row(`${name} ${file.endsWith("mpd") ? "DASH" : "HLS"} in ${player}`, () =>
        plays(player, server.url(file), { ...options, more: options?.more && ((page) => options.more(player, page)) }));
    }
    await row(`${name}: hls-parser reads every playlist, strictly`, async () => `${await parses(server.url("master.m3u8"))} playlists`);
  } finally {
    server.close();
  }
}

const ALL = [["hls.js", "master.m3u8"], ["shaka-player", "master.m3u8"], ["shaka-player", "manifest.mpd"], ["dash.js", "manifest.mpd"]];
const work = await mkdtemp(join(tmpdir(), "headend-matrix-"));
try {
  browser = await openBrowser();
  bare = await serveBarePlayers();
  const every = [["hls.js", "HLS"], ["shaka-player", "HLS"], ["shaka-player", "DASH"], ["dash.js", "DASH"]];
  if ("live".includes(only)) await live("live", [], every);
  if ("low-latency".includes(only)) await live("low-latency", ["--low-latency"], every);
  if ("live words".includes(only)) await live("live words", ["--say-time"], every, saysTheTime);
  // shaka-player is nearer to the edge than the whole segments in which words come
  const later = every.filter(([player, kind]) => player !== "shaka-player" || kind !== "HLS");
  if ("live words, low-latency".includes(only)) await live("live words, low-latency", ["--say-time", "--low-latency"], later, saysTheTime);
  if (existsSync(CLIPS)) {
    const run = (command, ...args) => execFileSync(join(ROOT, command), args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
    const [video, sound, other] = [join(CLIPS, "s8_v360.mp4"), join(CLIPS, "s8_a.mp4"), join(work, "other.mp4")];
    const french = await readFile(sound);
    french.writeUInt16BE(0x1a41, french.indexOf("mdhd") + 24); // "fra", five bits a letter
    await writeFile(other, french);
    run("headend", "package", video, sound, "-o", join(work, "cmaf"));
    run("headend", "package", video, sound, "-o", join(work, "ts"), "--ts");
    run("headend", "package", video, sound, other, "-o", join(work, "multi"));
    const sounds = await readFile(join(CLIPS, "../../media/functional/multiple_aac_tracks.mp4"));
    const first = sounds.indexOf("tkhd") + 7; // the last byte of the flags, whose lowest bit says enabled
    sounds[first] &= ~1;
    sounds[sounds.indexOf("tkhd", first) + 7] |= 1;
    await writeFile(join(work, "sounds.mp4"), sounds);
    run("headend", "package", video, join(work, "sounds.mp4"), "-o", join(work, "default"));
    await writeFile(join(work, "film.en.vtt"), SUBTITLES);
    await writeFile(join(work, "film.de.ttml"), TTML);
    run("headend", "package", video, sound, join(work, "film.en.vtt"), "-o", join(work, "vtt"), "--segment", "2");
    run("headend", "package", video, sound, join(work, "film.de.ttml"), "-o", join(work, "ttml"), "--segment", "2");
    run("headend", "package", video, sound, join(work, "film.en.vtt"), "-o", join(work, "vtt-ts"), "--ts", "--segment", "2");
    run("headend", "package", video, sound, "-o", join(work, "wind"), "--segment", "2", "--trick-play", "--thumbnails", "1");
    run("benchmarks/run", "DiscontinuousChannel", video, sound, join(work, "breaks"));
    await recorded("CMAF", join(work, "cmaf"), ALL);
    await recorded("TS", join(work, "ts"), ALL.slice(0, 2));
    await recorded("WebVTT", join(work, "vtt"), ALL, { least: 1, more: (player, page) => showsCues(player, page, "en") });
    await recorded("WebVTT beside TS", join(work, "vtt-ts"), ALL.slice(0, 2), { least: 1, more: (player, page) => showsCues(player, page, "en") });
    await recorded("IMSC1", join(work, "ttml"), ALL, { least: 1, more: (player, page) => showsCues(player, page, "de") });
    await recorded("thumbnails", join(work, "wind"), ALL.slice(2), { least: 1, more: showsThumbnail });
    await recorded("trick mode", join(work, "wind"), ALL.slice(2, 3), { least: 1, more: (player, page) => winds(page) });
    await recorded("two languages", join(work, "multi"), ALL, { more: twoAudioTracks });
    await recorded("default of the file", join(work, "default"), ALL, { more: playsTheDefault });
    // eight seconds, a hole of four, eight seconds: past the hole is past the discontinuity and in the next period
    await recorded("discontinuity, multi-period", join(work, "breaks"), ALL, { least: 9 });
  } else {
    skipped += 40;
    console.log("skip  recorded rows: ../shared is missing");
  }
} catch (e) {
  failed++;
  console.log(`FAIL  the matrix: ${e.message}`);
} finally {
  bare?.close();
  await browser?.close();
  await rm(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

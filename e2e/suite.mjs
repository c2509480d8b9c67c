// The browser suite: every test prints one line, the last line counts them, the exit code is the verdict.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { parseArgs } from "node:util";
import { serveBarePlayers } from "./bare.mjs";
import { openBrowser, until } from "./browser.mjs";
import { startDemo } from "./demo.mjs";
import { readFrameNumber } from "./picture.mjs";

const FOLLOW = 6;
const { values: options } = parseArgs({ options: { url: { type: "string" } } });
const out = new URL("out/", import.meta.url).pathname;
await mkdir(out, { recursive: true });

let passed = 0;
let failed = 0;
async function test(name, body) {
  const begun = Date.now();
  try {
    const note = await body();
    passed++;
    console.log(`ok    ${name}  (${((Date.now() - begun) / 1000).toFixed(1)} s${note ? `; ${note}` : ""})`);
  } catch (e) {
    failed++;
    console.log(`FAIL  ${name}: ${e.message}`);
  }
}

/** Starts within 15 s, then follows the live edge: time, frames and sound go on, the edge moves, nothing fatal. */
async function follows(page, read) {
  const healthy = (f) => {
    if (f.fatal.length) throw new Error(`fatal: ${f.fatal.join("; ")}`);
    return f;
  };
  const get = async () => healthy(await page.evaluate(read));
  const first = await until(get, (f) => f.time > 0 && f.frames > 10, 30_000, "playback");
  const t0 = Date.now();
  const last = await until(
    get,
    (f) => f.time - first.time > FOLLOW && f.frames - first.frames > 10 * FOLLOW && f.edge > first.edge,
    3000 * FOLLOW,
    `${FOLLOW} s of playback behind a moving live edge`,
  );
  const wall = (Date.now() - t0) / 1000;
  const advanced = last.time - first.time;
  assert(advanced < wall + 4, `time ran ahead: ${advanced.toFixed(1)} s in ${wall.toFixed(1)} s`);
  if (last.audio !== undefined) assert(last.audio > 0, "no sound decoded");
  assert(last.height > 0, "no picture");
  return `${last.frames} frames, ${last.height}p, +${advanced.toFixed(1)} s in ${wall.toFixed(1)} s`;
}

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

async function stats(url) {
  const response = await fetch(new URL("stats.json", url));
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type"), /^application\/json/);
  return response.json();
}

let demo;
let browser;
let bare;
try {
  demo = options.url ? { url: options.url } : await startDemo({ seconds: 900, readyWithin: 300_000 });
  browser = await openBrowser();
  bare = await serveBarePlayers();
  const channel = await until(() => stats(demo.url), (s) => s.state === "RUNNING", 20_000, "state RUNNING");
  const hls = new URL(channel.hls, demo.url).href;
  const dash = new URL(channel.dash, demo.url).href;
  await until(async () => (await fetch(hls)).status, (s) => s === 200, 20_000, "a master playlist");

  await test("stats.json has its figures", async () => {
    const s = await until(() => stats(demo.url), (v) => v.renditions.every((r) => r.bitrate > 0), 15_000, "a bitrate for each rendition");
    assert(s.renditions.length >= 2, "a ladder has at least two renditions");
    for (const r of [...s.renditions, s.audio]) {
      assert.equal(typeof r.name, "string");
      assert.equal(typeof r.codec, "string");
      for (const key of ["bitrate", "averageBitrate", "fps", "speed", "segments", "queue"]) assert(isNumber(r[key]), `${r.name}.${key} is ${r[key]}`);
    }
    for (const r of s.renditions) for (const key of ["width", "height", "frameRate"]) assert(isNumber(r[key]), `${r.name}.${key} is ${r[key]}`);
    for (const key of ["uptimeSeconds", "latencySeconds", "avDriftTicks", "dropped", "repeated"]) assert(isNumber(s[key]), `${key} is ${s[key]}`);
    assert.equal(s.avDriftTicks, 0, "A/V drift");
    return s.renditions.map((r) => `${r.name} ${Math.round(r.bitrate / 1000)} kbit/s at ${r.speed.toFixed(1)}x`).join(", ");
  });

  for (const [player, url, name] of [
    ["hls.js", hls, "hls.js plays HLS"],
    ["shaka-player", hls, "shaka-player plays HLS"],
    ["shaka-player", dash, "shaka-player plays DASH"],
    ["dash.js", dash, "dash.js plays DASH"],
  ]) {
    await test(name, async () => {
      const page = await browser.page();
      const manifests = [];
      page.on("response", (r) => {
        const file = new URL(r.url()).pathname.split("/").pop();
        if (file.startsWith("manifest.mp")) manifests.push(`${r.status()} ${file}`);
      });
      try {
        await page.goto(bare.page(player, url));
        let note = await follows(page, () => window.figures());
        assert.deepEqual(page.troubles, []);
        if (url === dash) {
          const patches = manifests.filter((m) => m === "200 manifest.mpp").length;
          assert.equal(manifests.length - patches, 1, `one whole MPD, then patches: ${manifests}`);
          assert(patches > 1, `patches of the MPD: ${manifests}`);
          note += `, ${patches} patches`;
        }
        return note;
      } finally {
        await page.screenshot({ path: `${out}${name.replaceAll(" ", "-")}.png` });
        await page.close();
      }
    });
  }

  const page = await browser.page();
  const read = () => {
    const f = window.headend.figures();
    return { player: f.player, time: f.currentTime, frames: f.decoded, height: f.height, fatal: f.failures, latency: f.latency, buffer: f.buffer };
  };
  await page.goto(demo.url);
  for (const id of await page.evaluate(() => window.headend.players)) {
    await test(`the demo page plays with ${id}`, async () => {
      await page.click(`[data-player="${id}"]`);
      await until(() => page.evaluate(read), (f) => f.player === id && f.time > 0 && f.frames > 10, 30_000, "playback");
      await until(() => page.locator("#curtain").isHidden(), Boolean, 15_000, "an open curtain");
      const first = await page.evaluate(read);
      // Two segments more than it began with: it has learnt of new ones.
      const end = (f) => f.time + f.buffer;
      const last = await until(() => page.evaluate(read), (f) => f.time > first.time + 2 && end(f) > end(first) + 3.9, 15_000, "the next two segments");
      assert.deepEqual(last.fatal, []);
      assert(last.frames > first.frames, "no frame since");
      const labels = await page.locator("#quality option").allTextContents();
      assert.equal(labels.length, channel.renditions.length + 1, `offered: ${labels}`);
      const lowest = Math.min(...channel.renditions.map((r) => r.height));
      await page.selectOption("#quality", { label: labels.find((l) => l.startsWith(`${lowest}p`)) });
      await until(() => page.evaluate(read), (f) => f.height === lowest, 15_000, `a switch to ${lowest}p`);
      return `latency ${last.latency?.toFixed(1) ?? "–"} s, buffer ${last.buffer.toFixed(1)} s`;
    });
  }

  if (channel.source.startsWith("test:")) {
    await test("the picture on the screen is the one that the playlist dates", async () => {
      await page.click('[data-player="hlsjs"]');
      await until(() => page.evaluate(read), (f) => f.player === "hlsjs" && f.frames > 10 && f.latency > 0, 30_000, "playback");
      const rate = channel.renditions[0].frameRate;
      const behind = (f) => f.now / 1000 - f.frame / rate;
      // Polled, because hls.js takes a moment after a seek or a switch to know which segment is on the screen.
      const seen = await until(
        () => page.evaluate(readFrameNumber),
        (f) => f !== null && Math.abs(behind(f) - f.latency) < 0.25,
        15_000,
        "a picture as old as the playlist says",
      );
      return `frame ${seen.frame}, ${behind(seen).toFixed(2)} s behind now, ${seen.latency.toFixed(2)} s by the playlist`;
    });
  }

  await test("the demo page shows the channel", async () => {
    await page.click('[data-player="hlsjs"]');
    await until(() => page.evaluate(read), (f) => f.player === "hlsjs" && f.frames > 10, 30_000, "playback");
    const s = await stats(demo.url);
    assert.equal(await page.locator("#ladder tr").count(), s.renditions.length + 1);
    assert.equal(await page.locator("#state").textContent(), "on air");
    assert.equal(await page.locator("#link-hls a").evaluate((a) => a.href), hls);
    assert.equal(await page.locator("#link-dash a").evaluate((a) => a.href), dash);
    await page.click("#link-hls button");
    for (const id of ["p-bitrate", "p-speed", "p-buffer", "p-latency"]) {
      const colours = await page.locator(`#${id}`).evaluate((canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const seen = new Set();
        for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
        return seen.size;
      });
      assert(colours >= 3, `${id} is empty`);
    }
    await page.waitForTimeout(1500);
    await page.screenshot({ path: `${out}demo.png`, fullPage: true });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.waitForTimeout(700);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await page.screenshot({ path: `${out}demo-phone.png`, fullPage: true });
    assert.equal(overflow, 0, `the page is ${overflow} px wider than a phone`);
  });

  await test("the demo page needs nobody else", async () => {
    assert.deepEqual(page.troubles, []);
    assert.deepEqual(page.strangers, []);
  });
} catch (e) {
  failed++;
  console.log(`FAIL  the suite: ${e.message}`);
  if (demo?.tail) console.log(demo.tail());
} finally {
  bare?.close();
  await browser?.close();
  await demo?.stop?.();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

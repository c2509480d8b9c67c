import { Plot } from "./plot.js";
import { PLAYERS } from "./players.js";

const $ = (id) => document.getElementById(id);
const video = $("video");
const COLOURS = ["#3ddc97", "#5aa9ff", "#c78bff", "#ffb454", "#ff7eb6", "#4fd6e0"];
const AUDIO = "#9aa7b8";

const rate = (v, axis) => (axis ? (v ? (v / 1e6).toFixed(v < 1e6 ? 1 : v % 1e6 ? 1 : 0) + "M" : "0") : bits(v));
const plain = (digits, unit) => (v, axis) => (axis ? String(+v.toFixed(2)) : v.toFixed(digits) + unit);
const plots = {
  bitrate: new Plot($("p-bitrate"), $("l-bitrate"), { format: rate, step: true, floor: 200_000 }),
  speed: new Plot($("p-speed"), $("l-speed"), { format: plain(1, "×"), floor: 1.5, line: 1 }),
  buffer: new Plot($("p-buffer"), $("l-buffer"), { format: plain(1, " s"), floor: 4 }),
  quality: new Plot($("p-quality"), $("l-quality"), { format: plain(1, ""), floor: 100, step: true }),
  offset: new Plot($("p-offset"), $("l-offset"), { format: plain(2, ""), floor: 1, step: true }),
  latency: new Plot($("p-latency"), $("l-latency"), { format: plain(1, " s"), floor: 4 }),
};

// ---- figures of the channel

let stats = null;
let colours = new Map();

function bits(v) {
  if (!Number.isFinite(v)) return "–";
  return v >= 1e6 ? (v / 1e6).toFixed(2) + " M" : Math.round(v / 1e3) + " k";
}
const number = (v, digits = 0, unit = "") => (Number.isFinite(v) ? v.toFixed(digits) + unit : "–");
const text = (id, value) => {
  if ($(id).textContent !== value) $(id).textContent = value;
};

function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  const s = Math.floor(seconds);
  const two = (n) => String(n).padStart(2, "0");
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

async function poll() {
  const begun = performance.now();
  try {
    const response = await fetch("stats.json", { cache: "no-store", signal: AbortSignal.timeout(3000) });
    if (!response.ok) throw new Error(`stats.json: ${response.status}`);
    stats = await response.json();
    showChannel(stats);
  } catch {
    $("state").dataset.state = "LOST";
    text("state", stats ? "connection lost" : "connecting");
  }
  setTimeout(poll, Math.max(100, 1000 - (performance.now() - begun)));
}

function showChannel(s) {
  $("state").dataset.state = s.state ?? "UNKNOWN";
  text("state", s.state === "RUNNING" ? "on air" : String(s.state ?? "unknown").toLowerCase());
  text("channel", s.channel ?? "–");
  text("source", s.source ?? "");
  document.title = s.channel ? `${s.channel} · Headend` : "Headend";
  text("uptime", duration(s.uptimeSeconds));
  text("f-latency", number(s.latencySeconds, 2, " s"));
  text("f-drift", Number.isFinite(s.avDriftTicks) ? `${s.avDriftTicks} ticks` : "–");
  text("f-dropped", number(s.dropped));
  text("f-repeated", number(s.repeated));
  links(s);
  if (s.protection) onlyWhatDecrypts(s.protection === "aes-128" ? (p) => p.manifest === "hls" : (p) => !p.clearOnly);

  const now = Date.now();
  const renditions = s.renditions ?? [];
  colours = new Map(renditions.map((r, i) => [r.name, COLOURS[i % COLOURS.length]]));
  const rows = renditions.map((r) => row(r, colours.get(r.name), format(r)));
  if (s.audio) rows.push(row(s.audio, AUDIO, `${s.audio.codec ?? "audio"}`));
  if (rows.length) $("ladder").replaceChildren(...rows);
  for (const r of renditions) {
    plots.bitrate.add(r.name, colours.get(r.name), r.bitrate, now);
    plots.speed.add(r.name, colours.get(r.name), r.speed, now);
    showGroups(r, now);
  }
  plots.latency.add("packaging", COLOURS[1], s.latencySeconds, now);
}

// Whole segments are encrypted for HLS alone, and every player of HLS decrypts them; samples are for players with a key system.
function onlyWhatDecrypts(decrypts) {
  const able = PLAYERS.filter(decrypts);
  for (const p of PLAYERS.filter((p) => !able.includes(p))) {
    document.querySelector(`[data-player="${p.id}"]`).hidden = true;
    if (chosen === p) play(able.find((other) => other.manifest === "dash") ?? able[0]);
  }
}

// What the rate control of a rendition decided for its latest group of pictures; others say nothing of theirs.
function showGroups(r, now) {
  const decided = (r.groups ?? []).filter((g) => g.recipe);
  if (!decided.length) return;
  const last = decided[decided.length - 1];
  $("s-offset").hidden = false;
  plots.offset.add(r.name, colours.get(r.name), last.offset, now);
  const measured = decided.filter((g) => g.measured).pop();
  if (measured) {
    $("s-quality").hidden = false;
    plots.quality.add(r.name, colours.get(r.name), measured.measured.vmaf, now);
  }
}

function format(r) {
  const size = r.width && r.height ? `${r.width}×${r.height}` : "";
  const rate = Number.isFinite(r.frameRate) ? `${+r.frameRate.toFixed(3)} fps` : "";
  return [[size, rate].filter(Boolean).join(" · "), r.codec].filter(Boolean);
}

function row(r, colour, format) {
  const tr = document.createElement("tr");
  if (r.height && r.height === video.videoHeight) tr.className = "playing";
  const name = document.createElement("td");
  const swatch = document.createElement("span");
  swatch.className = "swatch";
  swatch.style.background = colour;
  name.append(swatch, r.name ?? "audio");
  const about = document.createElement("td");
  const group = (r.groups ?? []).filter((g) => g.recipe).pop();
  const [head, ...rest] = [].concat(format, group ? `${group.recipe} · ${group.reason}` : []);
  about.append(head ?? "–");
  if (rest.length) {
    const small = document.createElement("small");
    small.textContent = rest.join(" ");
    about.append(small);
  }
  tr.append(name, about);
  const speed = cell(number(r.speed, 1, "×"));
  if (r.speed < 0.95) speed.classList.add("slow");
  tr.append(cell(bits(r.bitrate)), cell(bits(r.averageBitrate)), speed, cell(number(r.segments)), cell(number(r.queue)));
  return tr;
}

function cell(value) {
  const td = document.createElement("td");
  td.className = "n";
  td.textContent = value;
  return td;
}

function links(s) {
  link("link-hls", s.hls);
  link("link-dash", s.dash);
  const shell = document.querySelector("#link-shell code");
  shell.textContent = s.hls ? `ffplay ${new URL(s.hls, location.href)}` : "–";
}

function link(id, path) {
  const a = document.querySelector(`#${id} a`);
  $(id).hidden = !path;
  if (path && a.getAttribute("href") !== path) {
    a.href = path;
    a.textContent = a.href;
  }
}

for (const button of document.querySelectorAll(".link button")) {
  button.addEventListener("click", async () => {
    const value = button.previousElementSibling.textContent;
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      // No clipboard without a secure context: select it instead, ready for the keyboard.
      getSelection().selectAllChildren(button.previousElementSibling);
      return;
    }
    button.textContent = "copied";
    button.classList.add("done");
    setTimeout(() => {
      button.textContent = "copy";
      button.classList.remove("done");
    }, 1500);
  });
}

// ---- the player

let chosen = PLAYERS.find((p) => p.id === new URLSearchParams(location.hash.slice(1)).get("player")) ?? PLAYERS[0];
let player = null;
let generation = 0;
let failures = [];
let retry = null;

for (const p of PLAYERS) {
  const tab = document.createElement("button");
  tab.type = "button";
  tab.role = "tab";
  tab.dataset.player = p.id;
  tab.textContent = p.title;
  tab.addEventListener("click", () => play(p));
  $("players").append(tab);
}

async function play(p) {
  const mine = ++generation;
  clearTimeout(retry);
  if (p !== chosen) failures = [];
  chosen = p;
  history.replaceState(null, "", `#player=${p.id}`);
  for (const tab of $("players").children) tab.setAttribute("aria-selected", String(tab.dataset.player === p.id));
  curtain("loading");
  await stop();
  if (mine !== generation) return;
  const manifest = stats?.[p.manifest];
  if (!manifest || !(await exists(manifest))) {
    curtain("waiting for the channel");
    retry = setTimeout(() => mine === generation && play(p), 700);
    return;
  }
  const failed = (message) => {
    if (mine !== generation) return;
    failures.push(message);
    curtain(`${p.title}: ${message}`);
    retry = setTimeout(() => mine === generation && play(p), 2500);
  };
  try {
    const loaded = await p.load(video, new URL(manifest, location.href).href, failed);
    if (mine !== generation) {
      await loaded.destroy();
      return;
    }
    player = loaded;
  } catch (e) {
    failed(e.message);
  }
}

async function stop() {
  const old = player;
  player = null;
  $("quality").replaceChildren(new Option("auto", ""));
  if (old) await old.destroy();
  // dash.js refreshes live manifests only after it has seen the element go from paused to playing.
  video.pause();
  video.removeAttribute("src");
  video.load();
  // What a player leaves behind on the element.
  video.autoplay = true;
  video.playbackRate = 1;
}

async function exists(url) {
  try {
    return (await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    return false;
  }
}

function curtain(message) {
  text("message", message);
  $("curtain").hidden = false;
}

video.addEventListener("playing", () => { $("curtain").hidden = true; });
video.addEventListener("timeupdate", () => { if (video.readyState > 2) $("curtain").hidden = true; });
$("quality").addEventListener("change", (e) => {
  const level = player?.levels()[e.target.selectedIndex - 1];
  player?.select(level ? level.id : null);
});

function buffered() {
  for (let i = 0; i < video.buffered.length; i++) {
    if (video.buffered.start(i) <= video.currentTime + 0.1 && video.buffered.end(i) > video.currentTime) {
      return video.buffered.end(i) - video.currentTime;
    }
  }
  return player && video.readyState > 1 ? 0 : undefined;
}

function playerFigures() {
  let figures = {};
  try {
    figures = player?.figures() ?? {};
  } catch {
    // A player between two states has no figures.
  }
  const quality = video.getVideoPlaybackQuality();
  return {
    player: chosen.id,
    currentTime: video.currentTime,
    decoded: quality.totalVideoFrames,
    dropped: quality.droppedVideoFrames,
    buffer: buffered(),
    latency: figures.latency,
    bitrate: figures.bitrate,
    width: video.videoWidth,
    height: video.videoHeight,
    failures: [...failures],
  };
}

function tick() {
  const now = Date.now();
  const f = playerFigures();
  text("utc", new Date(now).toISOString().slice(11, 19));
  text("t-latency", number(f.latency, 1, " s"));
  text("t-buffer", number(f.buffer, 1, " s"));
  text("t-playing", f.height ? `${f.height}p` : "–");
  text("t-playing-sub", f.bitrate ? `${(f.bitrate / 1e6).toFixed(2)} Mbit/s peak` : "rendition");
  text("t-frames", f.decoded ? f.decoded.toLocaleString("en") : "–");
  text("t-dropped", f.decoded ? `decoded, ${f.dropped} dropped` : "decoded");
  for (const p of PLAYERS) {
    const here = p === chosen && player;
    const colour = COLOURS[PLAYERS.indexOf(p)];
    if (here || plots.buffer.series.has(p.title)) plots.buffer.add(p.title, colour, here ? f.buffer : null, now);
  }
  plots.latency.add("picture", COLOURS[0], f.latency, now);
  const levels = player?.levels() ?? [];
  if (levels.length && $("quality").options.length !== levels.length + 1) {
    $("quality").replaceChildren(new Option("auto", ""), ...levels.map((l) => new Option(l.label, l.id)));
  }
  for (const plot of Object.values(plots)) plot.draw(now);
}

// For whoever drives this page from outside, such as the browser suite.
window.headend = { figures: playerFigures, play: (id) => play(PLAYERS.find((p) => p.id === id)), players: PLAYERS.map((p) => p.id) };

poll();
play(chosen);
setInterval(tick, 500);

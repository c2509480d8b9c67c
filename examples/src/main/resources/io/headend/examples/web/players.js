// One face for the players: load(video, url, onFatal) gives { levels(), select(id), figures(), destroy() }.
// figures() is { latency, bitrate, width, height, dropped, decoded }, each a number or undefined.

const scripts = new Map();

function script(src) {
  if (!scripts.has(src)) {
    scripts.set(src, new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = src;
      element.onload = resolve;
      element.onerror = () => {
        scripts.delete(src);
        reject(new Error(`${src} cannot be loaded`));
      };
      document.head.append(element);
    }));
  }
  return scripts.get(src);
}

/** Plays; a browser that forbids it leaves the controls to the viewer. */
function begin(video) {
  video.play().catch(() => {});
}

async function hlsJs(video, url, onFatal) {
  await script("players/hls.min.js");
  const { Hls } = window;
  if (!Hls.isSupported()) throw new Error("this browser has no Media Source Extensions");
  const hls = new Hls({ enableWorker: true, lowLatencyMode: true, backBufferLength: 30 });
  hls.on(Hls.Events.ERROR, (_, data) => {
    if (data.fatal) onFatal(`${data.type}: ${data.details}`);
  });
  hls.on(Hls.Events.MANIFEST_PARSED, () => begin(video));
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    name: "hls.js",
    levels: () => hls.levels.map((level, i) => ({ id: i, label: label(level.height, level.bitrate) })),
    select: (id) => { hls.currentLevel = id ?? -1; },
    figures: () => {
      const level = hls.levels[hls.currentLevel];
      const date = hls.playingDate;
      return { latency: date ? (Date.now() - date.getTime()) / 1000 : undefined, bitrate: level?.bitrate };
    },
    destroy: () => hls.destroy(),
  };
}

async function shakaPlayer(video, url, onFatal) {
  await script("players/shaka-player.js");
  const { shaka } = window;
  shaka.polyfill.installAll();
  if (!shaka.Player.isBrowserSupported()) throw new Error("this browser has no Media Source Extensions");
  const player = new shaka.Player();
  const fail = (e) => {
    if (e.severity === shaka.util.Error.Severity.CRITICAL) onFatal(`error ${e.code} ${JSON.stringify(e.data ?? [])}`.slice(0, 300));
  };
  player.addEventListener("error", (event) => fail(event.detail));
  await player.attach(video);
  player.load(url).then(() => begin(video)).catch((e) => {
    // 7000: another load or destroy() came in between.
    if (e.code !== 7000) onFatal(`error ${e.code} ${JSON.stringify(e.data ?? [])}`.slice(0, 300));
  });
  const tracks = () => [...player.getVariantTracks()].sort((a, b) => a.bandwidth - b.bandwidth);
  return {
    name: "shaka-player",
    levels: () => tracks().map((track) => ({ id: track.id, label: label(track.height, track.bandwidth) })),
    select: (id) => {
      player.configure({ abr: { enabled: id === null } });
      const track = tracks().find((t) => t.id === id);
      if (track) player.selectVariantTrack(track, true);
    },
    figures: () => {
      const date = player.isLive() ? player.getPlayheadTimeAsDate() : null;
      const track = player.getVariantTracks().find((t) => t.active);
      return { latency: date ? (Date.now() - date.getTime()) / 1000 : undefined, bitrate: track?.bandwidth };
    },
    destroy: () => player.destroy(),
  };
}

async function dashJs(video, url, onFatal) {
  await script("players/dash.mediaplayer.min.js");
  const { dashjs } = window;
  const player = dashjs.MediaPlayer().create();
  player.updateSettings({ debug: { logLevel: dashjs.Debug.LOG_LEVEL_NONE }, streaming: {
    liveCatchup: { enabled: false },
    // Only for a manifest without UTCTiming; the default would ask a server on the internet.
    utcSynchronization: { defaultTimingSource: { scheme: "urn:mpeg:dash:utc:http-head:2014", value: url } },
  } });
  player.on(dashjs.MediaPlayer.events.ERROR, ({ error }) => onFatal(`error ${error?.code}: ${error?.message}`.slice(0, 300)));
  player.initialize(video, url, true);
  const representations = () => {
    try {
      return player.getRepresentationsByType("video") ?? [];
    } catch {
      return [];
    }
  };
  return {
    name: "dash.js",
    levels: () => representations().map((r) => ({ id: r.id, label: label(r.height, r.bandwidth) })),
    select: (id) => {
      player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: id === null } } } });
      if (id !== null) player.setRepresentationForTypeById("video", id, true);
    },
    figures: () => {
      const latency = player.isReady() ? player.getCurrentLiveLatency() : NaN;
      let current;
      try {
        current = player.getCurrentRepresentationForType("video");
      } catch {
        current = null;
      }
      return { latency: latency > 0 ? latency : undefined, bitrate: current?.bandwidth };
    },
    destroy: () => player.destroy(),
  };
}

function label(height, bandwidth) {
  const rate = bandwidth ? `${(bandwidth / 1e6).toFixed(1)} Mbit/s` : "";
  return [height ? `${height}p` : "", rate].filter(Boolean).join(" · ") || "rendition";
}

/** What the page offers, in order; `manifest` names the link of stats.json that it plays, `clearOnly` that it does not decrypt here (this dash.js is the build without protection). */
export const PLAYERS = [
  { id: "hlsjs", title: "hls.js", manifest: "hls", load: hlsJs, clearOnly: true },
  { id: "shaka-hls", title: "Shaka · HLS", manifest: "hls", load: shakaPlayer },
  { id: "shaka-dash", title: "Shaka · DASH", manifest: "dash", load: shakaPlayer },
  { id: "dashjs", title: "dash.js", manifest: "dash", load: dashJs, clearOnly: true },
];

// A bare page per player, with the player as npm gives it, served from another origin than the stream.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const SCRIPTS = {
  "hls.js": "node_modules/hls.js/dist/hls.min.js",
  "shaka-player": "node_modules/shaka-player/dist/shaka-player.compiled.js",
  "dash.js": "node_modules/dashjs/dist/modern/umd/dash.all.min.js",
};

const START = {
  "hls.js": `
    const hls = new Hls(JSON.parse(new URLSearchParams(location.search).get("config") ?? "{}"));
    window.player = hls;
    hls.on(Hls.Events.ERROR, (_, d) => (d.fatal ? state.fatal : state.warnings).push(d.type + " " + d.details));
    hls.loadSource(url);
    hls.attachMedia(video);`,
  "shaka-player": `
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    window.player = player;
    player.configure(JSON.parse(new URLSearchParams(location.search).get("config") ?? "{}"));
    player.setVideoContainer(document.getElementById("frame"));
    const note = (e) => (e.severity === 2 ? state.fatal : state.warnings).push("code " + e.code + " " + JSON.stringify(e.data));
    player.addEventListener("error", (e) => note(e.detail));
    player.attach(video).then(() => player.load(url)).catch(note);`,
  "dash.js": `
    const player = dashjs.MediaPlayer().create();
    window.player = player;
    player.updateSettings({ debug: { logLevel: dashjs.Debug.LOG_LEVEL_NONE } });
    player.on(dashjs.MediaPlayer.events.ERROR, (e) => state.fatal.push("code " + e.error.code + " " + e.error.message));
    player.initialize(video, url, true);
    player.attachTTMLRenderingDiv(document.getElementById("text"));`,
};

const html = (player) => `<!doctype html><meta charset="utf-8"><title>${player}</title>
<div id="frame" style="position:relative;width:960px;height:540px"><video id="video" muted autoplay width="960" height="540"></video>
<div id="text"></div></div><script src="/script/${player}"></script><script>
const video = document.getElementById("video");
const url = new URLSearchParams(location.search).get("url");
const state = { fatal: [], warnings: [], stalls: [] };
const begun = performance.now();
video.addEventListener("waiting", () => state.stalls.push(Math.round(performance.now() - begun) / 1000));
video.addEventListener("error", () => state.fatal.push("video: " + (video.error && video.error.message)));
window.figures = () => ({
  time: video.currentTime,
  edge: video.seekable.length ? video.seekable.end(video.seekable.length - 1) : 0,
  frames: video.getVideoPlaybackQuality().totalVideoFrames,
  audio: video.webkitAudioDecodedByteCount,
  height: video.videoHeight,
  ended: video.ended,
  ...state,
});
window.tracks = {
  "hls.js": () => window.player.audioTracks.length,
  "shaka-player": () => new Set(window.player.getVariantTracks().map((t) => t.originalAudioId)).size,
  "dash.js": () => window.player.getTracksFor("audio").length,
};
window.switchAudio = {
  "hls.js": (i) => { window.player.audioTrack = i; },
  "shaka-player": (i) => {
    const ids = [...new Set(window.player.getVariantTracks().map((t) => t.originalAudioId))];
    window.player.selectVariantTrack(window.player.getVariantTracks().find((t) => t.originalAudioId === ids[i]), true);
  },
  "dash.js": (i) => window.player.setCurrentTrack(window.player.getTracksFor("audio")[i]),
};
${START[player]}
</script>`;

export async function serveBarePlayers() {
  const server = createServer(async (request, response) => {
    const [, kind, player] = new URL(request.url, "http://x").pathname.split("/");
    if (!(player in SCRIPTS)) {
      response.writeHead(404).end();
    } else if (kind === "script") {
      response.writeHead(200, { "Content-Type": "text/javascript" });
      response.end(await readFile(new URL(SCRIPTS[player], import.meta.url)));
    } else {
      response.writeHead(200, { "Content-Type": "text/html" });
      response.end(html(player));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    /** `config` is what shaka-player is configured with. */
    page: (player, url, config = {}) =>
      `http://127.0.0.1:${server.address().port}/page/${player}?url=${encodeURIComponent(url)}&config=${encodeURIComponent(JSON.stringify(config))}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

// Serves folders over HTTP/1.1 with byte ranges, for any origin, as a plain web server would.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, normalize, join } from "node:path";

const TYPES = {
  ".m3u8": "application/vnd.apple.mpegurl", ".mpd": "application/dash+xml", ".mp4": "video/mp4", ".m4s": "video/mp4",
  ".ts": "video/mp2t", ".vtt": "text/vtt", ".jpg": "image/jpeg",
};

export async function serveFolders(root) {
  const missing = [];
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
    const headers = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*", "Accept-Ranges": "bytes" };
    if (request.method === "OPTIONS") return response.writeHead(204, headers).end();
    const file = join(root, path);
    const size = await stat(file).then((s) => (s.isFile() ? s.size : -1), () => -1);
    if (size < 0) {
      missing.push(path);
      return response.writeHead(404, headers).end();
    }
    headers["Content-Type"] = TYPES[extname(file)] ?? "application/octet-stream";
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    const start = range ? Number(range[1]) : 0;
    const end = range && range[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
    if (range) headers["Content-Range"] = `bytes ${start}-${end}/${size}`;
    response.writeHead(range ? 206 : 200, { ...headers, "Content-Length": end - start + 1 });
    if (request.method === "HEAD") return response.end();
    createReadStream(file, { start, end }).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: (path) => `http://127.0.0.1:${server.address().port}/${path}`,
    missing,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

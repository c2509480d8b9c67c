/** Runs in the page: the number that the synthetic picture carries in its lowest twelfth, 48 cells, or null. */
export function readFrameNumber() {
  const video = document.getElementById("video");
  if (!video.videoWidth) return null;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const g = canvas.getContext("2d");
  g.drawImage(video, 0, 0);
  const now = Date.now();
  const latency = window.headend?.figures().latency;
  const row = Math.round(canvas.height * (1 - 1 / 24));
  const cell = canvas.width / 48;
  const white = Array.from({ length: 48 }, (_, i) => g.getImageData(Math.floor((i + 0.5) * cell), row, 1, 1).data[1] > 128);
  if (!white[0] || white[1] || white[46] || !white[47]) return null;
  let frame = 0;
  const check = [0, 0, 0, 0];
  for (let i = 0; i < 40; i++) {
    frame = frame * 2 + Number(white[2 + i]);
    check[i % 4] ^= Number(white[2 + i]);
  }
  return check.every((bit, i) => bit === Number(white[42 + i])) ? { frame, now, latency } : null;
}

// A line chart of the last seconds on a canvas; draws what it has and leaves gaps where a figure is missing.

const WINDOW = 120_000;
const FIRST_WINDOW = 30_000;
const MAX_POINTS = 1200;
const PAD = { left: 38, right: 8, top: 8, bottom: 18 };

export class Plot {
  constructor(canvas, legend, { format, step = false, floor = 0, line = null }) {
    this.canvas = canvas;
    this.legend = legend;
    this.format = format;
    this.step = step;
    this.floor = floor;
    this.line = line;
    this.series = new Map();
    this.pointer = null;
    canvas.addEventListener("pointermove", (e) => { this.pointer = e.offsetX; this.draw(); });
    canvas.addEventListener("pointerleave", () => { this.pointer = null; this.draw(); });
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  /** One value of one series; a value that is no number is a gap. */
  add(name, colour, value, now) {
    let s = this.series.get(name);
    if (!s) this.series.set(name, (s = { colour, points: [] }));
    s.colour = colour;
    s.points.push([now, Number.isFinite(value) ? value : null]);
    while (s.points.length > MAX_POINTS || (s.points.length > 1 && s.points[1][0] < now - WINDOW)) s.points.shift();
  }

  clear(name) {
    this.series.delete(name);
  }

  draw(now = this.now ?? Date.now()) {
    this.now = now;
    const { canvas } = this;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (!width || !height) return;
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const g = canvas.getContext("2d");
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    g.clearRect(0, 0, width, height);

    let first = now;
    for (const s of this.series.values()) if (s.points.length && s.points[0][0] < first) first = s.points[0][0];
    const span = Math.min(WINDOW, Math.max(FIRST_WINDOW, now - first));
    let max = this.floor;
    for (const s of this.series.values()) for (const [, v] of s.points) if (v !== null && v > max) max = v;
    const tick = niceStep(max * 1.05 || 1);
    const top = Math.max(tick, Math.ceil((max * 1.05 || 1) / tick) * tick);
    const x = (t) => PAD.left + (1 - (now - t) / span) * (width - PAD.left - PAD.right);
    const y = (v) => height - PAD.bottom - (v / top) * (height - PAD.top - PAD.bottom);

    const style = getComputedStyle(document.documentElement);
    g.font = "11px " + style.getPropertyValue("--mono");
    g.fillStyle = style.getPropertyValue("--quiet");
    g.strokeStyle = style.getPropertyValue("--line");
    g.lineWidth = 1;
    g.textBaseline = "middle";
    g.textAlign = "right";
    for (let v = 0; v <= top + tick / 2; v += tick) {
      const yy = Math.round(y(v)) + 0.5;
      g.beginPath();
      g.moveTo(PAD.left, yy);
      g.lineTo(width - PAD.right, yy);
      g.stroke();
      g.fillText(this.format(v, true), PAD.left - 6, yy);
    }
    g.textBaseline = "alphabetic";
    for (const part of [1, 0.5, 0]) {
      const seconds = Math.round((span * part) / 1000);
      g.textAlign = part === 1 ? "left" : part === 0 ? "right" : "center";
      g.fillText(part === 0 ? "now" : `−${seconds} s`, x(now - span * part), height - 4);
    }
    if (this.line !== null && this.line < top) {
      g.setLineDash([3, 4]);
      g.strokeStyle = style.getPropertyValue("--quiet");
      g.beginPath();
      g.moveTo(PAD.left, Math.round(y(this.line)) + 0.5);
      g.lineTo(width - PAD.right, Math.round(y(this.line)) + 0.5);
      g.stroke();
      g.setLineDash([]);
    }

    g.save();
    g.beginPath();
    g.rect(PAD.left, 0, width - PAD.left - PAD.right + 4, height);
    g.clip();
    for (const s of this.series.values()) this.#trace(g, s, x, y);
    g.restore();
    const at = this.pointer === null ? now : now - (1 - (this.pointer - PAD.left) / (width - PAD.left - PAD.right)) * span;
    if (this.pointer !== null && this.pointer >= PAD.left) {
      g.strokeStyle = style.getPropertyValue("--quiet");
      g.beginPath();
      g.moveTo(Math.round(this.pointer) + 0.5, PAD.top);
      g.lineTo(Math.round(this.pointer) + 0.5, height - PAD.bottom);
      g.stroke();
    }
    this.#label(at);
  }

  #trace(g, s, x, y) {
    g.strokeStyle = s.colour;
    g.lineWidth = 1.75;
    g.lineJoin = "round";
    g.beginPath();
    let pen = null;
    let last = null;
    for (const [t, v] of s.points) {
      if (v === null) {
        pen = null;
        continue;
      }
      if (pen === null) g.moveTo(x(t), y(v));
      else {
        if (this.step) g.lineTo(x(t), y(pen));
        g.lineTo(x(t), y(v));
      }
      pen = v;
      last = [t, v];
    }
    g.stroke();
    if (last && pen !== null) {
      g.fillStyle = s.colour;
      g.beginPath();
      g.arc(x(last[0]), y(last[1]), 2.75, 0, 2 * Math.PI);
      g.fill();
    }
  }

  #label(at) {
    const items = [...this.series].map(([name, s]) => {
      const item = document.createElement("li");
      const swatch = document.createElement("span");
      swatch.className = "swatch";
      swatch.style.background = s.colour;
      const value = document.createElement("b");
      value.textContent = this.#value(s, at);
      item.append(swatch, name, value);
      return item;
    });
    this.legend.replaceChildren(...items);
  }

  #value(s, at) {
    let found = null;
    for (const [t, v] of s.points) if (t <= at) found = v;
    return found === null ? "–" : this.format(found, false);
  }
}

function niceStep(max) {
  const rough = max / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = rough / power;
  return power * (unit <= 1 ? 1 : unit <= 2 ? 2 : unit <= 2.5 ? 2.5 : unit <= 5 ? 5 : 10);
}

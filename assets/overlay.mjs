// Two transparent canvases over a Plotly chart, in its own coordinates: one to which lines are only
// ever added, one that is drawn anew in every frame. Plotly is not asked to draw anything.

import { FAINT } from "./forks.mjs";

const FAR = 1e5; // pixels; beyond that a canvas counts badly

export class Overlay {
  constructor(chart, remapped = () => {}) {
    this.chart = chart; // the .js-plotly-plot element
    this.remapped = remapped;
    this.lines = []; // {xaxis, yaxis, xs or null (the index), ys, look}, and of a piece (forks.mjs) its ends
    this.scales = new Map();
    this.trails = document.createElement("canvas");
    this.heads = document.createElement("canvas");
    for (const canvas of [this.trails, this.heads]) {
      canvas.className = "overlay";
      canvas.setAttribute("aria-hidden", "true");
    }
    this.dots = false;
    this.halo = null;
    this.under = () => {}; // draws what lies under the lines, each time that they are begun anew
    chart.on("plotly_afterplot", () => this.remap());
    chart.on("plotly_relayouting", () => this.remap());
    this.remap();
  }

  setLines(lines) {
    this.lines = lines;
    this.clear();
  }

  // Fit the canvases to the chart and take over its axes; then everything is drawn again.
  remap() {
    const layout = this.chart._fullLayout;
    const layers = this.chart.querySelectorAll(".main-svg");
    if (!layout || layers.length < 2) return;
    if (this.trails.parentNode !== layers[1].parentNode) {
      // Before the second of Plotly's layers, so that its labels stay above.
      layers[1].before(this.trails, this.heads);
    }
    const ratio = globalThis.devicePixelRatio || 1;
    const { width, height } = layout;
    for (const canvas of [this.trails, this.heads]) {
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
      }
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.width = width;
    this.height = height;
    this.scales.clear();
    this.clear();
    this.remapped();
  }

  // {zero, unit, from, to, log}: a value v lies at zero + unit * v (of its log10) pixels.
  scale(axis) {
    if (!this.scales.has(axis)) {
      const plain = this.chart._fullLayout[axis.replace(/^([xy])/, "$1axis")];
      // Plotly rounds pixels to hundredths, which is too coarse for the height of a single unit.
      const unit = plain._length / (plain.p2l(plain._length) - plain.p2l(0));
      this.scales.set(axis, {
        zero: plain._offset - unit * plain.p2l(0),
        unit,
        from: plain._offset,
        to: plain._offset + plain._length,
        log: plain.type === "log",
      });
    }
    return this.scales.get(axis);
  }

  // Plotly may not have made the axes of a new panel yet.
  has({ xaxis, yaxis }) {
    const layout = this.chart._fullLayout;
    return Boolean(layout[xaxis.replace("x", "xaxis")] && layout[yaxis.replace("y", "yaxis")]);
  }

  pixel(axis, value) {
    const { zero, unit, log } = this.scale(axis);
    return zero + unit * (log ? Math.log10(value) : value);
  }

  value(axis, pixel) {
    const { zero, unit, log } = this.scale(axis);
    const value = (pixel - zero) / unit;
    return log ? 10 ** value : value;
  }

  clear() {
    const context = this.trails.getContext("2d");
    context.clearRect(0, 0, this.width ?? 0, this.height ?? 0);
    if (this.width) this.under(context);
    for (const line of this.lines) {
      line.drawn = line.first ?? 0; // points
      line.length = 0;
      line.pen = null;
    }
  }

  // Draw every line on to point k; going back means drawing anew.
  draw(k) {
    if (this.lines.some(({ drawn, first = 0 }) => drawn > Math.max(first, k + 1))) this.clear();
    const context = this.trails.getContext("2d");
    for (const line of this.lines) {
      const end = Math.min(k, line.last ?? k);
      if (line.drawn <= end && this.has(line)) this.#extend(context, line, end);
    }
  }

  #extend(context, line, k) {
    const x = this.scale(line.xaxis);
    const y = this.scale(line.yaxis);
    const points = [];
    if (line.pen) points.push(line.pen);
    let pen = line.pen;
    for (let i = line.drawn; i <= k; i++) {
      const px = x.zero + x.unit * (line.xs ? line.xs[i] : i);
      const v = line.ys[i];
      const py = y.zero + y.unit * (y.log ? Math.log10(v) : v);
      if (!(Number.isFinite(px) && Number.isFinite(py))) {
        if (line.xs && !line.skips && pen) break; // a path ends where it overflows
        if (line.gaps) pen = null;
        continue; // a curve goes on where there is a number again
      }
      pen = pen ? near(pen, px, py) : [px, py, line.gaps];
      points.push(pen);
    }
    line.drawn = k + 1;
    if (!points.length) return;
    const fresh = points.slice(line.pen ? 1 : 0);
    line.pen = pen;
    context.save();
    clip(context, x, y);
    if (line.faint) context.globalAlpha = FAINT;
    if (points.length > 1) stroke(context, points, line, this.halo);
    if (this.dots) {
      context.fillStyle = line.look.colour;
      for (const [px, py] of fresh) context.fillRect(px - 1.5, py - 1.5, 3, 3);
    }
    context.restore();
  }

  // What stands still: `paint` draws on the emptied lower canvas.
  still(paint) {
    this.clear();
    paint(this.trails.getContext("2d"));
  }

  // What moves: `paint` draws on the emptied upper canvas.
  move(paint) {
    const context = this.heads.getContext("2d");
    context.clearRect(0, 0, this.width ?? 0, this.height ?? 0);
    paint(context);
  }
}

// A line, or its next part, in its run's colour and dash.
export function stroke(context, points, line, halo) {
  context.lineJoin = "round";
  context.beginPath();
  context.moveTo(...points[0]);
  for (const [px, py, begins] of points) {
    if (begins) context.moveTo(px - 0.5, py); // a point between two gaps is seen, too
    context.lineTo(px, py);
  }
  if (halo) {
    context.setLineDash([]);
    context.strokeStyle = halo;
    context.lineWidth = line.width + 2;
    context.stroke();
  }
  context.setLineDash(line.look.dash);
  context.lineDashOffset = line.length;
  context.strokeStyle = line.look.colour;
  context.lineWidth = line.width;
  context.stroke();
  if (line.look.dash.length) line.length += span(points);
}

export function clip(context, x, y) {
  context.beginPath();
  context.rect(x.from, y.from, x.to - x.from, y.to - y.from);
  context.clip();
}

// The next point, but no farther from the last than a canvas can count, in the same direction.
function near([lx, ly], px, py) {
  const far = Math.max(Math.abs(px - lx), Math.abs(py - ly)) / FAR;
  return far > 1 ? [lx + (px - lx) / far, ly + (py - ly) / far] : [px, py];
}

function span(points) {
  let length = 0;
  for (let i = 1; i < points.length; i++) {
    length += Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]);
  }
  return length;
}

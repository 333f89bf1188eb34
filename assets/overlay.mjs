// Two transparent canvases over a Plotly chart, in its own coordinates: one to which lines are only
// ever added, one that is drawn anew in every frame. Plotly is not asked to draw anything.

const FAR = 1e5; // pixels; beyond that a canvas counts badly

export class Overlay {
  constructor(chart, remapped = () => {}) {
    this.chart = chart; // the .js-plotly-plot element
    this.remapped = remapped;
    this.lines = []; // {xaxis, yaxis, xs or null (the index), ys, look}
    this.scales = new Map();
    this.trails = document.createElement("canvas");
    this.heads = document.createElement("canvas");
    for (const canvas of [this.trails, this.heads]) {
      canvas.className = "overlay";
      canvas.setAttribute("aria-hidden", "true");
    }
    this.dots = false;
    this.halo = null;
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
      const zero = plain._offset + plain.l2p(0);
      this.scales.set(axis, {
        zero,
        unit: plain._offset + plain.l2p(1) - zero,
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
    this.trails.getContext("2d").clearRect(0, 0, this.width ?? 0, this.height ?? 0);
    for (const line of this.lines) {
      line.drawn = 0; // points
      line.length = 0;
      line.pen = null;
    }
  }

  // Draw every line on to point k; going back means drawing anew.
  draw(k) {
    if (this.lines.some((line) => line.drawn > k + 1)) this.clear();
    const context = this.trails.getContext("2d");
    for (const line of this.lines) {
      if (line.drawn <= k && this.has(line)) this.#extend(context, line, k);
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
        if (line.xs && pen) break; // a path ends where it overflows
        continue; // a curve goes on where there is a number again
      }
      pen = pen ? near(pen, px, py) : [px, py];
      points.push(pen);
    }
    line.drawn = k + 1;
    if (!points.length) return;
    const fresh = points.slice(line.pen ? 1 : 0);
    line.pen = pen;
    context.save();
    clip(context, x, y);
    context.lineJoin = "round";
    if (points.length > 1) {
      context.beginPath();
      context.moveTo(...points[0]);
      for (let i = 1; i < points.length; i++) context.lineTo(...points[i]);
      if (this.halo) {
        context.strokeStyle = this.halo;
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
    if (this.dots) {
      context.fillStyle = line.look.colour;
      for (const [px, py] of fresh) context.fillRect(px - 1.5, py - 1.5, 3, 3);
    }
    context.restore();
  }

  // What moves: `paint` draws on the emptied upper canvas.
  move(paint) {
    const context = this.heads.getContext("2d");
    context.clearRect(0, 0, this.width ?? 0, this.height ?? 0);
    paint(context);
  }
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

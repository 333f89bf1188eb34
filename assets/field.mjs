// Which way is down: arrows along -gradient under the trails.

import { Asking } from "./asking.mjs";
import { clip } from "./overlay.mjs";
import { Frames } from "./stream.mjs";

const [APART, MOST] = [24, 24]; // pixels from arrow to arrow, at the least; arrows side by side, at most
const [SHORTEST, LONGEST] = [0.28, 0.86]; // of the way to the next arrow

export class Field {
  // `changed()` is told when there are other arrows to draw.
  constructor(changed) {
    this.changed = changed;
    this.arrows = null; // {landscape, rows, u, v}, as `shorten` makes them
    this.asking = new Asking((question, response) => this.#take(question, response));
  }

  // What is wanted now: the arrows of a landscape as a link has it, or none. `ask` makes a request.
  want(on, landscape, ask) {
    const question = on ? { url: `field?landscape=${landscape}`, landscape, ask } : null;
    if (!this.asking.put(question) || question) return;
    this.arrows = null;
    this.changed();
  }

  async #take({ landscape }, response) {
    const [message] = response.ok ? new Frames().push(new Uint8Array(await response.arrayBuffer())) : [];
    if (!this.asking.url) return; // it is not wanted any more
    this.arrows = message ? { landscape, ...shorten(message) } : null;
    this.changed();
  }
}

// Slopes differ by powers of ten, so an arrow is as long as the share of arrows that are shorter: from
// 0 to 1, with components u and v. Where there is no slope there is none.
export function shorten({ head: { rows }, numbers }) {
  const count = rows * rows;
  const length = Float64Array.from({ length: count }, (_, i) => Math.hypot(numbers[i], numbers[count + i]));
  const sorted = length.filter(Number.isFinite).sort();
  const [u, v] = [new Float32Array(count), new Float32Array(count)];
  for (let i = 0; i < count; i++) {
    if (!(length[i] > 0 && length[i] < Infinity)) continue;
    const share = SHORTEST + (LONGEST - SHORTEST) * shareBelow(sorted, length[i]);
    u[i] = (share * numbers[i]) / length[i];
    v[i] = (share * numbers[count + i]) / length[i];
  }
  return { rows, u, v };
}

// The share of increasing numbers that are less than this one.
function shareBelow(sorted, number) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < number) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}

// Of the rows of a grid that are so many pixels apart, those that are drawn on a plot so long: the
// first, and the step from one to the next.
export function thin(pixels, length) {
  let step = 1;
  while (step * pixels < Math.max(APART, length / MOST) && step < 32) step *= 2;
  return [step >> 1, step];
}

// The arrows on one plot; `ranges` are those of the picture on its axes.
export function drawField(context, overlay, { xaxis, yaxis }, ranges, { rows, u, v }, colour) {
  const axes = [xaxis, yaxis].map((axis) => overlay.scale(axis));
  const grid = ranges.map(([low, high], i) => {
    const pixels = (Math.abs(axes[i].unit) * (high - low)) / (rows - 1);
    const [first, step] = thin(pixels, axes[i].to - axes[i].from);
    return { low, apart: (high - low) / (rows - 1), first, step, room: step * pixels };
  });
  const [across, up] = grid;
  const room = Math.min(across.room, up.room);
  const stretch = Math.abs(axes[1].unit / axes[0].unit);
  context.save();
  clip(context, ...axes);
  context.beginPath();
  for (let row = up.first; row < rows; row += up.step) {
    const py = overlay.pixel(yaxis, up.low + row * up.apart);
    if (py < axes[1].from - room || py > axes[1].to + room) continue;
    for (let column = across.first; column < rows; column += across.step) {
      const i = row * rows + column;
      if (!u[i] && !v[i]) continue;
      const long = (room * Math.hypot(u[i], v[i])) / Math.hypot(u[i], stretch * v[i]);
      arrow(context, overlay.pixel(xaxis, across.low + column * across.apart), py, u[i] * long, -stretch * v[i] * long);
    }
  }
  context.lineWidth = 1;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = colour;
  context.stroke();
  context.restore();
}

// Its middle is the point that it is about.
function arrow(context, x, y, dx, dy) {
  const [ex, ey] = [x + dx / 2, y + dy / 2];
  const barb = Math.min(5, 0.4 * Math.hypot(dx, dy)) / Math.hypot(dx, dy);
  context.moveTo(x - dx / 2, y - dy / 2);
  context.lineTo(ex, ey);
  context.moveTo(ex - barb * (dx - 0.6 * dy), ey - barb * (dy + 0.6 * dx));
  context.lineTo(ex, ey);
  context.lineTo(ex - barb * (dx + 0.6 * dy), ey - barb * (dy - 0.6 * dx));
}

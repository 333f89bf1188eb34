// What each run does with other seeds: bands for the curves, a median path and clouds for the stage.

import { Asked } from "./asked.mjs";

// The numbers at every mark, as app/repeats.py sends them.
const BANDS = ["x", "y", "gap10", "gap50", "gap90", "slope10", "slope50", "slope90"];

const HEAP = 4; // pixels
const DOT = 1.9; // the radius of one

// Its runs are {marks, x, y, gap10, ..., clouds: [{step, points}], said}.
export class Repeats extends Asked {
  constructor(changed) {
    super("repeats", unpack, changed);
  }

  // A link without repeats takes them away.
  ask(link, ask) {
    super.ask(link, ask, /(^|&)seeds=/.test(link));
  }
}

export function unpack({ marks, clouds = [], said }, numbers) {
  const bands = BANDS.map((name, i) => [name, numbers.subarray(i * marks.length, (i + 1) * marks.length)]);
  const all = numbers.subarray(BANDS.length * marks.length);
  const size = all.length / (clouds.length || 1);
  return {
    marks,
    said,
    ...Object.fromEntries(bands),
    clouds: clouds.map((step, i) => ({ step, points: all.subarray(i * size, (i + 1) * size) })),
  };
}

// The last of the clouds that is no later than a step, as [[x, y], ...].
export function cloudAt(clouds, step) {
  const { points = [] } = clouds.findLast((cloud) => cloud.step <= step) ?? {};
  return Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i], points[2 * i + 1]]);
}

// A cloud as it is seen: where many lie on the same few pixels there is one dot that is larger, but
// no larger than they would look apart. `pixels` are [[x, y], ...]; the dots are [x, y, radius].
export function dots(pixels) {
  const heaps = new Map();
  for (const [x, y] of pixels) {
    if (!Number.isFinite(x + y)) continue;
    const key = `${Math.round(x / HEAP)},${Math.round(y / HEAP)}`;
    const heap = heaps.get(key) ?? [0, 0, 0];
    heaps.set(key, [heap[0] + x, heap[1] + y, heap[2] + 1]);
  }
  return Array.from(heaps.values(), ([x, y, count]) => [x / count, y / count, DOT * count ** 0.25]);
}

export function drawCloud(context, pixels, colour) {
  context.save();
  context.fillStyle = colour;
  context.globalAlpha = 0.5;
  for (const [x, y, radius] of dots(pixels)) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.restore();
}

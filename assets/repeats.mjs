// What each run does with other seeds: bands for the curves, a median path and clouds for the stage.

import { Asked } from "./asked.mjs";

// The numbers at every mark, as app/repeats.py sends them.
const BANDS = ["x", "y", "gap10", "gap50", "gap90", "slope10", "slope50", "slope90"];

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

// The last of the clouds that is no later than a step.
export function cloudAt(clouds, step) {
  return clouds.findLast((cloud) => cloud.step <= step)?.points ?? [];
}

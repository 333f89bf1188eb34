// What is known along each run besides its trajectory, for the curves and the stage.

import { Asked } from "./asked.mjs";

// The numbers at every point; app/along.py says what they are.
export const CHANNELS = [
  "gx", "gy", "xx", "xy", "yy", "sharpness", "bound", "rate_x", "rate_y", "distance",
  "values_asked", "gradients_asked", "hessians_asked", "cost",
];

// Its runs are {gx, gy, ...: Float32Array(steps + 1), formula}.
export class Along extends Asked {
  constructor(changed) {
    super("along", unpack, changed);
  }
}

// The rates that the curvature allows: {limit: Float32Array(steps + 1), formula}, for some runs.
export class Limits extends Asked {
  constructor(changed) {
    super("limits", ({ formula }, limit) => ({ formula, limit }), changed);
  }
}

export function unpack({ formula }, numbers) {
  const count = numbers.length / CHANNELS.length;
  return { formula, ...Object.fromEntries(CHANNELS.map((name, i) => [name, numbers.subarray(i * count, (i + 1) * count)])) };
}

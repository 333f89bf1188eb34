// Contours in a hurry, while what they are made of is dragged: bands of colour as a picture, in a
// few milliseconds, where Plotly's take a hundred. The levels are those that were drawn before.

import { numbers } from "./decode.mjs";

export const FINER = 6; // pixels of the picture from one height to the next

// `heights`: n x n of them, row by row from below -> the level that each pixel is above, row by row from
// above, as numbers from 0; `levels` increase.
export function bands(heights, n, levels) {
  const counted = Float32Array.from(heights, (height) => count(levels, height));
  const side = FINER * (n - 1) + 1;
  const found = new Uint8Array(side * side);
  for (let row = 0; row < side; row++) {
    const v = (side - 1 - row) / FINER;
    const below = Math.min(Math.floor(v), n - 2);
    for (let column = 0; column < side; column++) {
      const u = column / FINER;
      const left = Math.min(Math.floor(u), n - 2);
      const [s, t, at] = [u - left, v - below, below * n + left];
      const low = counted[at] + s * (counted[at + 1] - counted[at]);
      const high = counted[at + n] + s * (counted[at + n + 1] - counted[at + n]);
      found[row * side + column] = Math.max(0, Math.min(low + t * (high - low), levels.length - 2));
    }
  }
  return { side, found };
}

// How many levels a height is above, with a fraction.
function count(levels, height) {
  let [low, high] = [0, levels.length - 1];
  if (!(height > levels[0])) return 0;
  if (!(height < levels[high])) return high;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (levels[middle] <= height) low = middle;
    else high = middle;
  }
  return low + (height - levels[low]) / (levels[high] - levels[low]);
}

// A figure of app/charts/contour.py as a picture, in the colours of a ramp with a line between bands:
// {canvas, x and y (where it begins and ends), minima}.
export function draft(figure, levels, ramp, line) {
  const [surface, minimum] = figure.data;
  const across = numbers(surface.x);
  const { side, found } = bands(numbers(surface.customdata), across.length, levels);
  const colours = levels.map((_, i) => mixed(ramp, (i + 0.5) / (levels.length - 1)));
  const edge = hex(line);
  const image = new ImageData(side, side);
  for (let i = 0; i < found.length; i++) {
    const begins = (i % side && found[i] !== found[i - 1]) || (i >= side && found[i] !== found[i - side]);
    image.data.set(begins ? edge : colours[found[i]], 4 * i);
    image.data[4 * i + 3] = 255;
  }
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
  canvas.getContext("2d").putImageData(image, 0, 0);
  const up = numbers(surface.y);
  const [xs, ys] = [numbers(minimum.x), numbers(minimum.y)];
  return { canvas, x: [across[0], across.at(-1)], y: [up[0], up.at(-1)], minima: Array.from(xs, (x, i) => [x, ys[i]]) };
}

// Where on the ramp, from 0 to 1, as [red, green, blue].
function mixed(ramp, share) {
  const at = Math.min(share, 1) * (ramp.length - 1);
  const [from, to] = [Math.floor(at), Math.ceil(at)].map((i) => hex(ramp[i]));
  return from.map((part, i) => part + (at - Math.floor(at)) * (to[i] - part));
}

function hex(colour) {
  return [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
}

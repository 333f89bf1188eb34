// The geometry of three dimensions: heights counted in levels, Plotly's camera as one matrix, and
// paths that end where the surface's box ends. It knows nothing of Plotly or of the page.

// How many levels lie below a value of f, with a fraction; as numpy.interp has it, nothing is higher
// than the last level or lower than the first.
export function height(levels, f) {
  const top = levels.length - 1;
  if (!(f < levels[top])) return top; // also what overflowed
  let [low, high] = [0, top];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (levels[middle] <= f) low = middle;
    else high = middle;
  }
  return low + Math.max(0, (f - levels[low]) / (levels[high] - levels[low]));
}

// The value of f at a height: the way back.
export function valueAt(levels, z) {
  const low = Math.min(Math.max(Math.floor(z), 0), levels.length - 2);
  return levels[low] + (z - low) * (levels[low + 1] - levels[low]);
}

// The surface between the points of its grid: `z` has a row of heights for each of `ys`, one for each
// of `xs`, which are all equally far apart. Beyond the edge it is as high as at the edge.
export class Relief {
  constructor(xs, ys, z) {
    Object.assign(this, { xs, ys, z });
  }

  height(x, y) {
    const [column, u] = place(this.xs, x);
    const [row, v] = place(this.ys, y);
    const at = row * this.xs.length + column;
    const above = at + this.xs.length;
    const { z } = this;
    return (1 - v) * ((1 - u) * z[at] + u * z[at + 1]) + v * ((1 - u) * z[above] + u * z[above + 1]);
  }
}

// The cell of a grid in which a value lies, and how far in it.
function place(grid, value) {
  const last = grid.length - 1;
  const at = Math.min(Math.max(((value - grid[0]) / (grid[last] - grid[0])) * last, 0), last);
  const cell = Math.min(Math.floor(at), last - 1);
  return [cell, at - cell];
}

// Matrices are sixteen numbers, column by column, as WebGL has them.
export function product(a, b) {
  return Float64Array.from({ length: 16 }, (_, i) => {
    const [row, column] = [i % 4, i - (i % 4)];
    let sum = 0;
    for (let j = 0; j < 4; j++) sum += a[row + 4 * j] * b[column + j];
    return sum;
  });
}

// From a point of the data to a pixel: Plotly scales the data, then its camera looks at them.
export function lens({ projection, view, model }, [sx, sy, sz], [width, height]) {
  const scale = [sx, 0, 0, 0, 0, sy, 0, 0, 0, 0, sz, 0, 0, 0, 0, 1];
  const canvas = [width / 2, 0, 0, 0, 0, -height / 2, 0, 0, 0, 0, 1, 0, width / 2, height / 2, 0, 1];
  return [canvas, projection, view, model, scale].reduce(product);
}

// The pixel of a point; none behind the camera.
export function project(m, [x, y, z]) {
  const w = m[3] * x + m[7] * y + m[11] * z + m[15];
  if (!(w > 0)) return [NaN, NaN];
  return [(m[0] * x + m[4] * y + m[8] * z + m[12]) / w, (m[1] * x + m[5] * y + m[9] * z + m[13]) / w];
}

export function between(a, b, share) {
  return a.map((value, i) => value + share * (b[i] - value));
}

// The part of the way from a to b that lies over the box's floor [[x0, x1], [y0, y1]], as shares
// [from, to] of the way; null if none does.
export function within(floor, a, b) {
  let [from, to] = [0, 1];
  for (const [axis, [low, high]] of floor.entries()) {
    const way = b[axis] - a[axis];
    if (way === 0 && a[axis] >= low && a[axis] <= high) continue;
    const [s, t] = [(low - a[axis]) / way, (high - a[axis]) / way];
    from = Math.max(from, Math.min(s, t));
    to = Math.min(to, Math.max(s, t));
  }
  return from <= to ? [from, to] : null;
}

// Where the line of sight through a pixel first meets the surface, from above or below: [x, y, z], or
// null. `box` is the floor and the range of heights.
const SAMPLES = 400;
const HALVINGS = 30;

export function pick(matrix, box, relief, [px, py]) {
  // In a box of one by one by one a line that meets it is nowhere farther than 2 from its foot.
  const [sx, sy, sz] = box.map(([low, high]) => high - low);
  const m = product(matrix, [sx, 0, 0, 0, 0, sy, 0, 0, 0, 0, sz, 0, box[0][0], box[1][0], box[2][0], 1]);
  // The two planes of the points with that abscissa and that ordinate meet in it.
  const plane = (row, at) => [0, 4, 8, 12].map((column) => m[row + column] - at * m[3 + column]);
  const [a, b] = [plane(0, px), plane(1, py)];
  const way = cross(a, b);
  const length = Math.hypot(...way) * Math.sign(m[3] * way[0] + m[7] * way[1] + m[11] * way[2]); // away from the eye
  const [toA, toB] = [cross(b, way), cross(way, a)];
  const foot = toA.map((value, i) => -(a[3] * value + b[3] * toB[i]) / length ** 2);
  const [near, far] = [-2, 2].map((share) => foot.map((value, i) => value + (share * way[i]) / length));
  const inside = within([[0, 1], [0, 1], [0, 1]], near, far);
  if (!inside) return null;
  const at = (share) => between(near, far, inside[0] + share * (inside[1] - inside[0])).map((value, i) => box[i][0] + value * (box[i][1] - box[i][0]));
  const over = ([x, y, z]) => z >= relief.height(x, y);
  const seen = (point) => !Number.isNaN(project(matrix, point)[0]); // what lies behind the eye is not
  let [last, side] = [0, null];
  for (let i = 0; i <= SAMPLES; i++) {
    const point = at(i / SAMPLES);
    if (!seen(point)) continue;
    const now = over(point);
    if (side === null || now === side) {
      [last, side] = [i / SAMPLES, now];
      continue;
    }
    let [before, after] = [last, i / SAMPLES];
    for (let j = 0; j < HALVINGS; j++) {
      const middle = (before + after) / 2;
      if (over(at(middle)) === side) before = middle;
      else after = middle;
    }
    return at(after);
  }
  return null;
}

function cross([ax, ay, az], [bx, by, bz]) {
  return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
}

// A camera that went round its centre, in radians, nearer or farther, and with its centre to the right
// and up in its own picture, in shares of its distance. It never looks straight down or up, where it
// would not know which side is up.
const STEEPEST = 1.5;

export function orbit({ eye, center, up }, { turn = 0, tilt = 0, zoom = 1, across = 0, rise = 0 }) {
  const [x, y, z] = [eye.x - center.x, eye.y - center.y, eye.z - center.z];
  const far = Math.min(Math.max(Math.hypot(x, y, z) / zoom, 0.2), 10);
  const around = Math.atan2(y, x) + turn;
  const above = Math.min(Math.max(Math.atan2(z, Math.hypot(x, y)) + tilt, -STEEPEST), STEEPEST);
  const [c, s] = [Math.cos(around), Math.sin(around)];
  const [flat, high] = [Math.cos(above), Math.sin(above)];
  const middle = {
    x: center.x + far * (-across * s - rise * high * c),
    y: center.y + far * (across * c - rise * high * s),
    z: center.z + far * rise * flat,
  };
  return { center: middle, up, eye: { x: middle.x + far * flat * c, y: middle.y + far * flat * s, z: middle.z + far * high } };
}

// A run's path over the surface, and its picture for one camera, each reckoned once and no farther
// than it is shown.
export class Track {
  // `run` has x, y and gap of each step; f = lowest + gap.
  constructor(run, lowest, levels, floor) {
    Object.assign(this, { run, lowest, levels, floor });
    this.ends = new Float32Array(4 * run.x.length); // step i is drawn from pixel 4 i, 4 i + 1 to 4 i + 2, 4 i + 3
    this.projected = 1; // the start has no step
  }

  point(i) {
    const { x, y, gap } = this.run;
    return [x[i], y[i], height(this.levels, this.lowest + gap[i])];
  }

  // Another camera.
  forget() {
    this.projected = 1;
  }

  // The pixels of all steps up to k; NaN for one that is nowhere over the floor.
  project(matrix, k) {
    let a = this.projected <= k && this.point(this.projected - 1);
    for (; this.projected <= k; this.projected++) {
      const b = this.point(this.projected);
      this.ends.set(cut(matrix, this.floor, a, b), 4 * this.projected);
      a = b;
    }
    return this.ends;
  }
}

const NOWHERE = [NaN, NaN, NaN, NaN];

// The pixels between which a step from a to b is drawn.
export function cut(matrix, floor, a, b) {
  const inside = within(floor, a, b);
  if (!inside) return NOWHERE;
  const [from, to] = inside;
  return [
    ...project(matrix, from > 0 ? between(a, b, from) : a),
    ...project(matrix, to < 1 ? between(a, b, to) : b),
  ];
}

// Heights, the camera's matrix against one by hand, and where paths are cut.

import assert from "node:assert/strict";
import { test } from "node:test";
import { between, cut, height, lens, orbit, pick, product, project, Relief, Track, valueAt, within } from "../../assets/space.mjs";

const near = (found, wanted, close = 1e-9) =>
  assert.ok(found.length === wanted.length && found.every((value, i) => Math.abs(value - wanted[i]) <= close), `${found} is not ${wanted}`);
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const FLOOR = [[-2, 2], [-1, 3]];

test("heights are counted in levels, in straight lines between them", () => {
  const levels = [-1, 0, 10, 1000];
  const cases = [[-1, 0], [-0.5, 0.5], [0, 1], [2.5, 1.25], [10, 2], [505, 2.5], [1000, 3]];
  for (const [f, wanted] of cases) assert.ok(Math.abs(height(levels, f) - wanted) < 1e-12, `f = ${f}`);
});

test("what is beyond the levels is drawn at their ends", () => {
  const levels = [0, 1, 5];
  for (const f of [5.1, 1e300, Infinity, NaN]) assert.equal(height(levels, f), 2);
  for (const f of [-1e-9, -1e300, -Infinity]) assert.equal(height(levels, f), 0);
});

test("heights never fall where f rises", () => {
  const levels = [0, 0.43, 1.5, 3.3, 5.7, 8.8, 14, 21, 2509];
  let last = -1;
  for (let f = -1; f < 3000; f += 0.37) {
    const now = height(levels, f);
    assert.ok(now >= last && now <= 8);
    last = now;
  }
});

test("a height says which value lies there", () => {
  const levels = [-1, 0, 10, 1000];
  for (const f of [-1, -0.3, 0, 2.5, 10, 700, 1000]) assert.ok(Math.abs(valueAt(levels, height(levels, f)) - f) < 1e-9, `f = ${f}`);
});

test("between the points of a grid the surface is bilinear, and beyond it as high as at its edge", () => {
  const relief = new Relief([0, 1, 2], [10, 20], [0, 1, 4, 10, 11, 14]);
  const cases = [[0, 10, 0], [2, 20, 14], [1, 15, 6], [0.5, 10, 0.5], [1.5, 20, 12.5], [1.25, 12.5, 4.25], [-9, 15, 5], [9, 99, 14]];
  for (const [x, y, wanted] of cases) assert.equal(relief.height(x, y), wanted, `${x}, ${y}`);
});

test("a product of matrices does the right one first", () => {
  const double = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1];
  const shift = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1];
  near(product(shift, double), [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 5, 6, 7, 1]);
  near(product(double, shift), [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 10, 12, 14, 1]);
});

// Seen from (0, 0, 4) through 90 degrees: what lies w before the eye is (x / w, y / w) of half the height.
test("the pixels of points are those worked out by hand", () => {
  const view = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, -4, 1];
  const projection = [0.5, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, -1, 0, 0, -0.2, 0]; // twice as wide as high
  const model = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, -1, 0, 0, 1];
  const matrix = lens({ projection, view, model }, [1, 0.5, 0.1], [400, 200]);
  // (1, 1, 5) is scaled to (1, 0.5, 0.5), then (1, 1, 1): 3 before the eye.
  near(project(matrix, [1, 1, 5]), [200 + 100 / 3, 100 - 100 / 3]);
  near(project(matrix, [0.5, 0, 0]), [200, 100]);
  near(project(matrix, [0.5, 4, 0]), [200, 0]); // 4 above, 4 before the eye: the upper edge
});

test("what is behind the camera has no pixel", () => {
  const projection = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, -1, 0, 0, -0.2, 0];
  const matrix = lens({ projection, view: IDENTITY, model: IDENTITY }, [1, 1, 1], [100, 100]);
  assert.ok(project(matrix, [0, 0, 1]).every(Number.isNaN));
  assert.ok(project(matrix, [0, 0, 0]).every(Number.isNaN));
  near(project(matrix, [0, 0, -1]), [50, 50]);
});

for (const [what, a, b, wanted] of [
  ["inside", [0, 0], [1, 1], [0, 1]],
  ["no way at all, inside", [1, 1], [1, 1], [0, 1]],
  ["no way at all, outside", [3, 1], [3, 1], null],
  ["out to the right", [0, 0], [4, 0], [0, 0.5]],
  ["in from above", [0, 5], [0, 1], [0.5, 1]],
  ["across", [-4, 1], [4, 1], [0.25, 0.75]],
  ["past a corner", [1.5, 5], [5, 1.5], null],
  ["beside, along an edge", [3, -9], [3, 9], null],
  ["on the edge", [2, -1], [2, 3], [0, 1]],
  ["very far", [0, 1], [2e38, 1], [0, 1e-38]],
  ["overflowed", [0, 0], [NaN, 0], null],
  ["from nowhere", [NaN, NaN], [0, 0], null],
]) {
  test(`the part of a step over the floor: ${what}`, () => {
    const found = within(FLOOR, a, b);
    if (wanted) near(found, wanted);
    else assert.equal(found, null);
  });
}

test("a step that leaves is drawn to the edge, and no farther", () => {
  near(cut(IDENTITY, FLOOR, [0, 0, 0], [4, 2, 8]), [0, 0, 2, 1]);
  near(cut(IDENTITY, FLOOR, [4, 2, 8], [0, 0, 0]), [2, 1, 0, 0]);
  assert.ok(cut(IDENTITY, FLOOR, [3, 0, 0], [4, 2, 8]).every(Number.isNaN));
  assert.ok(cut(IDENTITY, FLOOR, [0, 0, 0], [Infinity, 0, 8]).every((value, i) => i < 2 || Number.isNaN(value)));
});

// Two ridges along y, at x = 10 and x = 30, over a floor of 40 by 2; seen from far in front of the
// first, from as high as `rise` for every unit of the way. The pixel of a point is found by hand: the
// eye is at x = -100, and z of a point is seen at 100 (z - eye) / (x + 100).
const xs = Array.from({ length: 41 }, (_, i) => i);
const ridge = (x) => Math.max(0, 5 - Math.abs(x - 10)) + Math.max(0, 5 - Math.abs(x - 30));
const ridges = new Relief(xs, [0, 1, 2], [0, 1, 2].flatMap(() => xs.map(ridge)));
const from = (eye) => Float64Array.of(0, 0, 0, 1, 100, 0, 0, 0, 0, 100, 0, 0, -100, -100 * eye, 0, 100);
const BOX = [[0, 40], [0, 2], [-0.1, 5]];

for (const [what, eye, point] of [
  ["on the near side of the first ridge", 20, [7, 1, 2]],
  ["between them, from above", 60, [20, 0.5, 0]],
  ["on the second", 60, [28, 1.5, 3]],
  ["at the far end", 120, [39.5, 1, 0]],
  ["from below", -30, [36, 1, 0]],
]) {
  test(`the line of sight through a point's pixel meets the surface there: ${what}`, () => {
    const matrix = from(eye);
    near(pick(matrix, BOX, ridges, project(matrix, point)), point, 1e-6);
  });
}

test("what is hidden is not met, but what hides it", () => {
  const matrix = from(10);
  const [x, , z] = pick(matrix, BOX, ridges, project(matrix, [20, 1, 0]));
  assert.ok(x > 5 && x < 10 && Math.abs(z - ridge(x)) < 1e-6, `x = ${x}`);
});

test("beside the surface, above it and behind the eye nothing is met", () => {
  const matrix = from(10);
  for (const point of [[20, 9, 0], [20, -1, 0], [20, 1, 8]]) assert.equal(pick(matrix, BOX, ridges, project(matrix, point)), null);
  const turned = matrix.map((value, i) => (i % 4 === 3 ? -value : value)); // looks the other way
  assert.equal(pick(turned, BOX, ridges, [1, -10]), null);
});

const run = {
  x: Float32Array.of(0, 1, 4, 1, NaN),
  y: Float32Array.of(0, 1, 1, 2, NaN),
  gap: Float32Array.of(1, 3, 1e9, 2, NaN),
};

test("a track has the height of each point, and is nowhere when it is outside", () => {
  const track = new Track(run, -1, [0, 1, 2, 4], FLOOR);
  near(track.point(0), [0, 0, 0]);
  near(track.point(1), [1, 1, 2]);
  near(track.point(2), [4, 1, 3]);
  // x + z and y of a point are its pixel here.
  const skew = [1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1];
  const ends = track.project(skew, 4);
  near([...ends.subarray(4, 16)], [0, 0, 3, 1, 3, 1, 2 + 2 + 1 / 3, 1, 2 + 1 + 2 / 3, 1 + 2 / 3, 2, 2], 1e-5);
  assert.ok([...ends.subarray(16)].every(Number.isNaN));
});

test("a track is projected no farther than it is asked for, and anew for another camera", () => {
  const track = new Track(run, 0, [0, 1], FLOOR);
  const ends = track.project(IDENTITY, 1);
  assert.equal(track.projected, 2);
  near([...ends.subarray(8, 12)], [0, 0, 0, 0]);
  const shifted = [...IDENTITY.slice(0, 12), 10, 0, 0, 1];
  track.project(shifted, 1);
  near([...ends.subarray(4, 8)], [0, 0, 1, 1]);
  track.forget();
  track.project(shifted, 1);
  near([...ends.subarray(4, 8)], [10, 0, 11, 1]);
});

const camera = { eye: { x: 2, y: 0, z: 0 }, center: { x: 0, y: 0, z: 0 }, up: { x: 0, y: 0, z: 1 } };
const place = ({ eye: { x, y, z } }) => [x, y, z];

test("a camera goes round, up, and nearer", () => {
  near(place(orbit(camera, { turn: Math.PI / 2 })), [0, 2, 0]);
  near(place(orbit(camera, { tilt: Math.PI / 6 })), [Math.sqrt(3), 0, 1]);
  near(place(orbit(camera, { zoom: 2 })), [1, 0, 0]);
  const aside = { ...camera, center: { x: 1, y: 0, z: 0 } };
  near(place(orbit(aside, { turn: Math.PI })), [0, 0, 0]);
});

test("a camera moves with its centre to the right and up in its own picture, as far away as it was", () => {
  const above = orbit(camera, { turn: 0.7, tilt: 0.4 });
  const moved = orbit(above, { across: 0.3, rise: -0.2 });
  const [ahead, way] = [[above.center, above.eye], [above.center, moved.center]].map(([a, b]) => [b.x - a.x, b.y - a.y, b.z - a.z]);
  near([ahead[0] * way[0] + ahead[1] * way[1] + ahead[2] * way[2]], [0]);
  near([Math.hypot(...way)], [2 * Math.hypot(0.3, 0.2)]);
  near([moved.eye.x - moved.center.x, moved.eye.y - moved.center.y, moved.eye.z - moved.center.z], ahead);
  near(Object.values(orbit(camera, { across: 0.5 }).center), [0, 1, 0]); // from the front of x, right is y
  near(Object.values(orbit(camera, { rise: 0.5 }).center), [0, 0, 1]);
});

test("36 steps of ten degrees come back, and there and back again is where it was", () => {
  let at = camera;
  for (let i = 0; i < 36; i++) at = orbit(at, { turn: Math.PI / 18 });
  near(place(at), place(camera));
  near(place(orbit(orbit(camera, { turn: 1, tilt: 0.3, zoom: 1.2 }), { turn: -1, tilt: -0.3, zoom: 1 / 1.2 })), place(camera));
});

test("a camera stays off the zenith, and neither comes too near nor is lost", () => {
  for (const tilt of [9, -9]) {
    const [x, , z] = place(orbit(camera, { tilt }));
    assert.ok(x > 0.1 && Math.sign(z) === Math.sign(tilt));
  }
  const far = (zoom) => Math.hypot(...place(orbit(camera, { zoom })));
  assert.ok(far(1e9) > 0.1 && far(1e-9) < 20);
});

test("between two points", () => near(between([0, 10, -4], [1, 20, 4], 0.25), [0.25, 12.5, -2]));

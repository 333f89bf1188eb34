// The numbers of all runs, as they arrive.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Frames } from "../../assets/stream.mjs";
import { CHANNELS, Trails } from "../../assets/trails.mjs";
import { message, points } from "./wire.mjs";

function arrived(...parts) {
  const trails = new Trails();
  for (const part of new Frames().push(Uint8Array.from(parts.flatMap((bytes) => [...bytes])))) trails.take(part);
  return trails;
}

const head = (steps, runs) => ({ steps, runs, lowest: -2 });

test("every run gets its own numbers, in every channel", () => {
  const trails = arrived(message({ link: "a" }), points(0, 2, 3, head(5, 3)), points(3, 4, 3));
  assert.deepEqual([trails.link, trails.steps, trails.lowest, trails.have, trails.done], ["a", 5, -2, 5, false]);
  trails.runs.forEach((run, i) => {
    const expected = [0, 1, 2, 3, 4].map((point) => 100 * i + point).concat(0);
    for (const channel of CHANNELS) assert.deepEqual([...run[channel]], expected);
  });
});

test("what became of the runs completes them", () => {
  const status = [{ kind: "converged", step: 1, reason: "" }, { kind: "left", step: 2, reason: "" }];
  const trails = arrived(points(0, 2, 2, head(2, 2)), message({ status }));
  assert.ok(trails.done);
  assert.deepEqual(trails.runs.map((run) => run.status.kind), ["converged", "left"]);
});

test("a stream that goes on after a break leaves what has arrived", () => {
  const trails = arrived(points(0, 3, 2, head(6, 2)), message({ link: "a" }), points(4, 6, 2, head(6, 2)));
  assert.deepEqual([...trails.runs[1].x], [100, 101, 102, 103, 104, 105, 106]);
  assert.equal(trails.have, 7);
});

test("points that come twice are the same points", () => {
  const trails = arrived(points(0, 4, 1, head(6, 1)), points(2, 3, 1), points(3, 6, 1));
  assert.deepEqual([...trails.runs[0].lr], [0, 1, 2, 3, 4, 5, 6]);
  assert.equal(trails.have, 7);
});

test("no runs are complete at once, with all their steps", () => {
  const trails = arrived(message({ steps: 9, runs: 0, lowest: 0, status: [] }));
  assert.deepEqual([trails.done, trails.have, trails.runs], [true, 10, []]);
});

test("the last number of a run is the one before it overflowed, or before it has arrived", () => {
  const trails = arrived(points(0, 5, 1, head(9, 1)));
  const { x, y } = trails.runs[0];
  assert.equal(trails.lastFinite(0, 2.9), 2);
  assert.equal(trails.lastFinite(0, 9), 5);
  y[4] = Infinity;
  assert.equal(trails.lastFinite(0, 4), 3);
  x.fill(NaN, 1);
  assert.equal(trails.lastFinite(0, 5), 0);
  x[0] = NaN;
  assert.equal(trails.lastFinite(0, 5), 0);
});

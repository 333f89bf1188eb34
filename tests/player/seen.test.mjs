// The surface as a run meets it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { outlines, Seen } from "../../assets/seen.mjs";
import { contours } from "../../assets/vendor/d3-contour.mjs";
import { soon, until } from "./wait.mjs";
import { message } from "./wire.mjs";


// Heights x + y over the unit square, on a grid.
function slope(rows) {
  const all = Array.from({ length: rows * rows }, (_, i) => ((i % rows) + Math.floor(i / rows)) / (rows - 1));
  return { head: { rows, step: 1 }, numbers: Float32Array.from(all) };
}

test("outlines lie where the heights are those of a level", () => {
  const found = outlines(contours, slope(21), [0, 0.6, 0.9, 1.3, 2]).flat();
  const inner = found.filter(([x, y]) => x > 0.001 && y > 0.001 && x < 0.999 && y < 0.999);
  assert.ok(inner.length > 30);
  for (const [x, y] of inner) assert.ok(Math.min(Math.abs(x + y - 0.6), Math.abs(x + y - 1.3)) < 1e-5, `${x} ${y}`);
});

test("one question is asked at a time, and the newest step after that", async () => {
  const asked = [];
  let changes = 0;
  const seen = new Seen(() => (changes += 1));
  const ask = async (url) => {
    asked.push(url);
    await soon(20);
    const { head, numbers } = slope(5);
    return new Response(message(head, numbers));
  };
  for (const step of [1, 2, 3, 3, 4]) seen.want("0", "landscape=regression", step, [0, 0.5, 1, 2], ask);
  await until(() => changes === 2);
  assert.deepEqual(asked, ["seen?landscape=regression&at=0,1", "seen?landscape=regression&at=0,4"]);
  assert.equal(seen.lines.step, 4);
  assert.equal(changes, 2);
  seen.want("", "landscape=regression", 4, [], ask);
  assert.equal(seen.lines, null);
});

// Telling runs apart.

import assert from "node:assert/strict";
import { test } from "node:test";
import { COLOURS, look, outline } from "../../assets/looks.mjs";

const style = { getPropertyValue: (name) => ` ${name}` };
const looks = Array.from({ length: 32 }, (_, number) => look(number, style));

test("32 looks all differ in colour, dash and marker together", () => {
  const all = new Set(looks.map(({ colour, dash, marker }) => JSON.stringify([colour, dash, marker])));
  assert.equal(all.size, 32);
});

test("the first eight looks differ in colour alone, the first seven in marker", () => {
  assert.equal(new Set(looks.slice(0, COLOURS).map(({ colour }) => colour)).size, COLOURS);
  assert.equal(new Set(looks.slice(0, 7).map(({ glyph }) => glyph)).size, 7);
});

test("two looks of one colour differ in dash and in marker", () => {
  for (const [i, a] of looks.entries()) {
    for (const b of looks.slice(0, i).filter(({ colour }) => colour === a.colour)) {
      assert.notDeepEqual(a.dash, b.dash);
      assert.notEqual(a.marker, b.marker);
    }
  }
});

test("every marker is a closed outline round its point", () => {
  for (const marker of new Set(looks.map((each) => each.marker))) {
    const path = [];
    const context = {
      beginPath: () => path.push("begin"),
      closePath: () => path.push("close"),
      arc: (x, y, r) => path.push([x + r, y], "close"),
      lineTo: (x, y) => path.push([x, y]),
    };
    outline(context, marker, 10, 20, 4);
    assert.deepEqual([path.shift(), path.pop()], ["begin", "close"], marker);
    for (const [x, y] of path) assert.ok(Math.hypot(x - 10, y - 20) <= 5 + 1e-9 && Math.hypot(x - 10, y - 20) > 2);
  }
});

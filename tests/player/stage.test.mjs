// Where the panels go.

import assert from "node:assert/strict";
import { test } from "node:test";
import { tiles } from "../../assets/stage.mjs";

const BOX = { width: 800, height: 600, aspect: 1, gap: [40, 46] };
const pixels = ({ x, y }, { width, height }) => ({
  left: x[0] * width, right: x[1] * width, bottom: y[0] * height, top: y[1] * height,
});

test("one panel fills the box as far as its aspect allows, in the middle", () => {
  const [{ x, y }] = tiles(1, BOX);
  assert.deepEqual(y, [0, 1]);
  assert.ok(Math.abs(x[0] - 0.125) < 1e-12 && Math.abs(x[1] - 0.875) < 1e-12);
});

for (const count of [1, 2, 3, 4, 5, 16, 32]) {
  for (const box of [BOX, { ...BOX, width: 320, height: 900 }, { ...BOX, aspect: 2.5 }, { ...BOX, aspect: 0.4 }]) {
    const what = `${count} panels of aspect ${box.aspect} in ${box.width} by ${box.height}`;

    test(`${what} are in the box, alike and apart`, () => {
      const places = tiles(count, box).map((place) => pixels(place, box));
      assert.equal(places.length, count);
      for (const { left, right, bottom, top } of places) {
        assert.ok(left >= 0 && right <= box.width && bottom >= 0 && top <= box.height && left < right);
        assert.ok(Math.abs((right - left) / (top - bottom) - box.aspect) < 1e-6 * box.aspect, "the aspect");
        assert.ok(Math.abs(right - left - (places[0].right - places[0].left)) < 1e-6, "one size");
      }
      for (let i = 0; i < count; i++) {
        for (let j = 0; j < i; j++) {
          const [a, b] = [places[i], places[j]];
          const across = Math.max(a.left - b.right, b.left - a.right);
          const down = Math.max(a.bottom - b.top, b.bottom - a.top);
          assert.ok(across > 30 || down > 40, `${i} and ${j}: ${across}, ${down}`);
        }
      }
    });
  }
}

test("panels go row by row from the top", () => {
  const places = tiles(4, { ...BOX, width: 600 });
  assert.ok(places[0].y[0] > places[2].y[1] && places[1].x[0] > places[0].x[1]);
  assert.deepEqual(places[0].y, places[1].y);
});

test("a box too small for anything still has places in it", () => {
  for (const { x, y } of tiles(16, { ...BOX, width: 50, height: 40 })) {
    for (const end of [...x, ...y]) assert.ok(end >= 0 && end <= 1);
  }
});

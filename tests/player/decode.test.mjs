// Lists of numbers as Plotly's figures write them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { numbers } from "../../assets/decode.mjs";

const written = (array, dtype) => ({ dtype, bdata: Buffer.from(array.buffer).toString("base64") });

for (const [dtype, Kind] of [["f8", Float64Array], ["f4", Float32Array], ["i1", Int8Array], ["u1", Uint8Array], ["i2", Int16Array], ["u2", Uint16Array], ["i4", Int32Array], ["u4", Uint32Array]]) {
  test(`${dtype} in base 64`, () => {
    const list = Kind.from([0, 3, 100]);
    assert.deepEqual(numbers(written(list, dtype)), list);
  });
}

test("a plain list is what it is", () => {
  assert.deepEqual(numbers([1, 2.5]), [1, 2.5]);
  assert.deepEqual(numbers([]), []);
});

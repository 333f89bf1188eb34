// Examples beside the link: their text, and where a browser finds it again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Beside, carrying, encode, nameOf } from "../../assets/beside.mjs";

const link = (name) => `landscape=tanh_neuron,points=${name},rotation=3&start=0,0&steps=9&run=adam/look=0`;
const text = (i) => encode([[i, i], [i + 1, 0]]);

// A browser's storage, with room for so many letters.
function storage(room = Infinity) {
  const items = new Map();
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem(key, value) {
      if (value.length > room) throw new Error("QuotaExceededError");
      items.set(key, value);
    },
  };
}

// What a tab that was opened later finds.
const later = (store, name) => new Beside(() => store).recall(link(name));

test("examples are little-endian numbers of 64 bits in base64", () => {
  const points = [[1.5, -0.1], [1e-300, 123456.789], [-0, 1e6]];
  const bytes = Buffer.from(encode(points), "base64");
  assert.equal(bytes.length, 48);
  points.flat().forEach((number, i) => assert.ok(Object.is(bytes.readDoubleLE(8 * i), number)));
  const many = Array.from({ length: 10_000 }, (_, i) => [i / 7, -i]);
  assert.deepEqual(Buffer.from(encode(many), "base64").readDoubleLE(16 * 9_999), 9_999 / 7);
});

test("the name of examples is read from a link however it is written", () => {
  assert.equal(nameOf(link("@2341.9f3a11c2")), "@2341.9f3a11c2");
  assert.equal(nameOf(`?${link("%402341.9f3a11c2")}`), "@2341.9f3a11c2");
  assert.equal(nameOf(link("1:2;3:4")), "");
  assert.equal(nameOf("landscape=rosenbrock&run=adam/piecewise,points=@3/look=0"), "");
  assert.equal(nameOf(""), "");
});

test("a text is sent along, and nothing is where there is none", () => {
  assert.deepEqual(carrying("AAAA"), { method: "POST", body: "AAAA" });
  assert.deepEqual(carrying(""), {});
});

test("edited examples go by their number until the server has told their name", () => {
  const beside = new Beside(() => storage());
  assert.equal(beside.hold([[1, 1], [2, 0]]), "@2");
  assert.equal(beside.recall(link("@2")), text(1));
  assert.equal(beside.recall(link("@2.00000000")), text(1)); // may be their name
  assert.equal(beside.recall(link("@3.00000000")), "");
  assert.equal(beside.recall(link("1:2;3:4")), "");
});

test("a reload and another tab find the latest sets, more where they are smaller", () => {
  for (const [letters, count] of [[213_336, 14], [100_000, 29]]) {
    const store = storage();
    const beside = new Beside(() => store);
    const large = (i) => String(i).padEnd(letters, "A");
    for (let i = 0; i < count + 5; i++) beside.remember(`@2.${i}`, large(i), true);
    beside.remember("@2.7", large(7), true); // used again
    const last = count + 4;
    assert.deepEqual([0, 2].map((i) => later(store, `@2.${i}`)), ["", ""]);
    assert.deepEqual([7, last].map((i) => later(store, `@2.${i}`)), [7, last].map(large));
    for (let i = 0; i < 12; i++) beside.remember(`@3.${i}`, large(i), true);
    assert.equal(later(store, "@2.7"), large(7));
    assert.equal(store.items.size, 1);
  }
});

test("what is dragged past is not stored", () => {
  const store = storage();
  const beside = new Beside(() => store);
  beside.remember("@2.00000001", text(1), true);
  for (let i = 2; i < 9; i++) beside.remember(`@2.0000000${i}`, text(i), false);
  assert.equal(beside.recall(link("@2.00000008")), text(8));
  assert.equal(later(store, "@2.00000008"), "");
  assert.equal(later(store, "@2.00000001"), text(1));
});

test("a storage that is nearly full keeps the latest set", () => {
  const store = storage(text(0).length + 40);
  const beside = new Beside(() => store);
  for (let i = 0; i < 3; i++) beside.remember(`@2.0000000${i}`, text(i), true);
  assert.equal(later(store, "@2.00000002"), text(2));
  assert.equal(later(store, "@2.00000001"), "");
});

for (const [what, storing] of [
  ["full", () => storage(0)],
  ["forbidden", () => { throw new Error("SecurityError"); }],
  ["missing", () => undefined],
  ["of somebody else", () => ({ ...storage(0), getItem: () => "{}" })],
  ["broken", () => ({ ...storage(0), getItem: () => "[[" })],
  ["strange", () => ({ ...storage(0), getItem: () => '[1, null, ["@2.00000001", 5]]' })],
]) {
  test(`where storage is ${what} the tab remembers`, () => {
    const beside = new Beside(storing);
    assert.equal(beside.recall(link("@2.00000001")), "");
    beside.remember("@2.00000001", text(1), true);
    assert.equal(beside.recall(link("@2.00000001")), text(1));
  });
}

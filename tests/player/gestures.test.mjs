// Presses, drags, pinches, wheels and keys, as a box is told of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gestures } from "../../assets/gestures.mjs";

// A box 100 pixels from the left, with pictures 200 pixels high; `said` is what it made of the events.
function boxed() {
  const box = new EventTarget();
  box.getBoundingClientRect = () => ({ left: 100, top: 0 });
  box.setPointerCapture = () => {};
  const said = [];
  const told = (what) => (value) => said.push([what, value]);
  gestures(box, { move: told("move"), press: told("press"), hover: () => {}, reset: told("reset"), height: () => 200 });
  const send = (type, properties) => {
    const event = Object.assign(new Event(type, { cancelable: true }), { pointerId: 1, button: 0, buttons: 1, ...properties });
    box.dispatchEvent(event);
    return event;
  };
  const at = (type, x, y, properties) => send(type, { clientX: x, clientY: y, ...properties });
  return { said, send, at };
}

const sum = (said, what) => said.reduce((all, [, change]) => all + (change[what] ?? 0), 0);

test("a press that stays within four pixels is a click where it began, and turns nothing", () => {
  const { said, at } = boxed();
  at("pointerdown", 150, 60);
  at("pointermove", 152, 62);
  at("pointerup", 152, 62);
  assert.deepEqual(said, [["press", [50, 60]]]);
});

test("a drag turns half round over the picture's height, all of its way, and is no click", () => {
  const { said, at } = boxed();
  at("pointerdown", 150, 60);
  for (const x of [152, 180, 250]) at("pointermove", x, 10);
  at("pointerup", 250, 10);
  assert.ok(said.every(([what]) => what === "move"));
  assert.ok(Math.abs(sum(said, "turn") + Math.PI / 2) < 1e-12);
  assert.ok(Math.abs(sum(said, "tilt") + Math.PI / 4) < 1e-12);
});

test("a drag that comes back to where it began is no click", () => {
  const { said, at } = boxed();
  at("pointerdown", 150, 60);
  at("pointermove", 170, 60);
  at("pointermove", 150, 60);
  at("pointerup", 150, 60);
  assert.ok(said.length === 2 && Math.abs(sum(said, "turn")) < 1e-12);
});

for (const [what, properties] of [["the right button", { button: 2, buttons: 2 }], ["shift", { shiftKey: true }]]) {
  test(`with ${what} a drag moves the centre the other way, so that the picture follows`, () => {
    const { said, at } = boxed();
    at("pointerdown", 150, 60, properties);
    at("pointermove", 250, 60, properties);
    at("pointerup", 250, 60, properties);
    const [[kind, { across, rise, turn }]] = said;
    assert.equal(said.length, 1);
    assert.ok(kind === "move" && turn === undefined && Math.abs(rise) < 1e-12);
    // Half the height, which is seen under 45 degrees.
    assert.ok(Math.abs(across + Math.tan(Math.PI / 8)) < 1e-12);
  });
}

test("a press of the right button is no click, nor is one that was taken away", () => {
  const { said, at } = boxed();
  at("pointerdown", 150, 60, { button: 2 });
  at("pointerup", 150, 60, { button: 2 });
  at("pointerdown", 150, 60);
  at("pointercancel", 150, 60);
  assert.deepEqual(said, []);
});

test("two fingers zoom by how far they are apart; until both are lifted nothing turns, and nothing is a click", () => {
  const { said, at } = boxed();
  const [one, other] = [{ pointerId: 1 }, { pointerId: 2 }];
  at("pointerdown", 150, 60, one);
  at("pointerdown", 190, 60, other);
  at("pointermove", 210, 60, other);
  at("pointermove", 130, 60, one);
  at("pointerup", 210, 60, other);
  at("pointermove", 330, 90, one);
  at("pointerup", 330, 90, one);
  assert.deepEqual(said, [["move", { zoom: 1.5 }], ["move", { zoom: 80 / 60 }]]);
  at("pointerdown", 150, 60, one);
  at("pointerup", 150, 60, one);
  assert.deepEqual(said.at(-1), ["press", [50, 60]]);
});

test("a wheel zooms, and zooms back as far; the page does not scroll", () => {
  const { said, send } = boxed();
  assert.ok(send("wheel", { deltaY: -100, deltaMode: 0 }).defaultPrevented);
  send("wheel", { deltaY: 100, deltaMode: 0 });
  const [[, { zoom: nearer }], [, { zoom: back }]] = said;
  assert.ok(nearer > 1 && Math.abs(nearer * back - 1) < 1e-12);
});

test("keys do what drags of ten degrees in their direction do; others are left to the page", () => {
  const { said, send } = boxed();
  for (const key of ["ArrowLeft", "ArrowDown"]) assert.ok(send("keydown", { key }).defaultPrevented);
  assert.ok(Math.abs(sum(said, "turn") - Math.PI / 18) < 1e-12);
  assert.ok(Math.abs(sum(said, "tilt") - Math.PI / 18) < 1e-12);
  send("keydown", { key: "ArrowRight", shiftKey: true });
  assert.ok(said.at(-1)[1].across < 0);
  send("keydown", { key: "+", shiftKey: true });
  assert.ok(said.at(-1)[1].zoom > 1);
  send("keydown", { key: "0" });
  assert.equal(said.at(-1)[0], "reset");
  const before = said.length;
  for (const event of [{ key: "a" }, { key: " " }, { key: "ArrowLeft", ctrlKey: true }, { key: "1" }]) {
    assert.ok(!send("keydown", event).defaultPrevented);
  }
  assert.equal(said.length, before);
});

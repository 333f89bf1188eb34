// The clock, driven by a clock of our own: a tick every 20 ms.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Player } from "../../assets/player.mjs";

function begun(steps, have = steps, change = {}) {
  const told = [];
  const player = Object.assign(new Player((what) => told.push(what)), { told, now: 1000 }, change);
  player.begin(steps, true);
  player.arrived(have, have === steps);
  return player;
}

// Lets time pass; the seconds until the player stood still, or all of them.
function pass(player, seconds) {
  for (let i = 1; i <= seconds * 50; i++) {
    player.tick((player.now += 20));
    if (!player.playing) return i / 50;
  }
  return seconds;
}

for (const steps of [1, 7, 500, 10000]) {
  test(`${steps} steps play in ten seconds`, () => {
    const player = begun(steps);
    const seconds = pass(player, 30);
    assert.ok(Math.abs(seconds - 10) < 0.1, `${seconds}`);
    assert.deepEqual([player.step, player.playing, player.atEnd], [steps, false, true]);
  });
}

for (const speed of [0.25, 0.5, 2, 8]) {
  test(`at speed ${speed} they play in ${10 / speed} seconds`, () => {
    assert.ok(Math.abs(pass(begun(1000, 1000, { speed }), 60) - 10 / speed) < 0.1);
  });
}

test("nothing is shown before it has arrived", () => {
  const player = begun(1000, 0);
  for (let have = 0; have <= 1000; have += 10) {
    player.arrived(have, have === 1000);
    pass(player, 1);
    assert.ok(player.cursor <= have && player.shown <= have, `${player.cursor} of ${have}`);
  }
  assert.ok(player.playing || player.atEnd);
});

test("it waits at the last point that has arrived, and goes on with the next", () => {
  const player = begun(1000, 50);
  pass(player, 3);
  assert.deepEqual([player.step, player.playing], [50, true]);
  player.arrived(1000, true);
  pass(player, 1);
  assert.ok(player.step > 50 && player.step < 200, `${player.step}`);
});

test("a step that is kept is not shown before it has arrived", () => {
  const player = begun(1000);
  player.seek(600);
  player.begin(1000, false);
  assert.deepEqual([player.cursor, player.shown], [600, 0]);
  player.arrived(50, false);
  assert.equal(player.shown, 50);
  player.arrived(1000, true);
  assert.equal(player.shown, 600);
});

test("a pause between two frames is not made up for", () => {
  const player = begun(1000);
  pass(player, 1);
  const before = player.cursor;
  player.tick((player.now += 60_000));
  assert.ok(player.cursor - before <= 10 + 1e-9);
});

test("the cursor moves on between whole steps", () => {
  const player = begun(10);
  pass(player, 1.52);
  assert.ok(player.cursor > 1.4 && player.cursor < 1.6, `${player.cursor}`);
  assert.equal(player.step, 1);
});

test("a loop begins again and goes on", () => {
  const player = begun(100, 100, { loop: true });
  pass(player, 15);
  assert.ok(player.playing);
  assert.ok(player.step > 40 && player.step < 60, `${player.step}`);
});

test("a loop shows its last step too", () => {
  const player = begun(10, 10, { loop: true });
  const seen = new Set();
  for (let i = 0; i < 1000; i++) {
    player.tick((player.now += 20));
    seen.add(player.step);
  }
  assert.ok(seen.has(10));
});

test("seeking is looking back: it stands still there, and not beyond what has arrived", () => {
  const player = begun(1000, 400);
  player.seek(123);
  assert.deepEqual([player.step, player.playing, player.live], [123, false, false]);
  player.seek(900);
  assert.equal(player.step, 400);
  player.seek(-5);
  assert.equal(player.step, 0);
  pass(player, 1);
  assert.equal(player.step, 0);
});

test("steps back and on are whole steps from the one that is shown", () => {
  const player = begun(100);
  pass(player, 1.03);
  player.by(1);
  assert.deepEqual([player.cursor, player.live], [11, false]);
  player.by(-10);
  assert.equal(player.cursor, 1);
});

test("back to live goes on from the step under review", () => {
  const player = begun(1000);
  player.seek(300);
  player.goLive();
  assert.deepEqual([player.step, player.playing, player.live], [300, true, true]);
});

test("back to live from the end stays at the end", () => {
  const player = begun(1000);
  player.seek(1000);
  player.goLive();
  assert.deepEqual([player.step, player.playing, player.live], [1000, false, true]);
});

test("play at the end begins again, pause keeps a whole step", () => {
  const player = begun(100);
  pass(player, 20);
  player.toggle();
  assert.deepEqual([player.step, player.playing], [0, true]);
  pass(player, 1.03);
  player.toggle();
  assert.deepEqual([player.cursor, player.playing], [10, false]);
  player.toggle();
  assert.deepEqual([player.step, player.playing], [10, true]);
});

test("what begins anew plays from the start, also out of a review", () => {
  const player = begun(1000);
  player.seek(500);
  player.begin(300, true);
  assert.deepEqual([player.cursor, player.have, player.playing, player.live], [0, 0, true, true]);
});

test("a changed knob keeps the step, and a review stays one", () => {
  const player = begun(1000);
  player.seek(500);
  player.begin(1000, false);
  assert.deepEqual([player.step, player.playing, player.live], [500, false, false]);
  player.begin(200, false);
  assert.equal(player.step, 200);
});

test("a changed knob while it plays does not stop it", () => {
  const player = begun(1000);
  pass(player, 2);
  const { step } = player;
  player.begin(1000, false);
  player.arrived(1000, true);
  pass(player, 1);
  assert.ok(player.playing && player.step > step + 80, `${step} ${player.step}`);
});

test("at the end a changed knob shows the new end, however many steps there are now", () => {
  const player = begun(100);
  pass(player, 20);
  player.begin(5000, false);
  player.arrived(5000, true);
  assert.deepEqual([player.step, player.playing, player.shown], [5000, false, 5000]);
});

test("at rest it shows the end of what has arrived", () => {
  const player = begun(100, 40);
  player.rest();
  assert.deepEqual([player.shown, player.playing, player.live], [40, false, true]);
  player.arrived(100, true);
  assert.equal(player.shown, 100);
});

test("no steps at all are played at once", () => {
  const player = begun(0);
  pass(player, 1);
  assert.deepEqual([player.step, player.playing, player.atEnd], [0, false, true]);
});

test("it says what changed", () => {
  const player = begun(100);
  assert.deepEqual(player.told.splice(0), ["state", "arrived"]);
  pass(player, 0.1);
  assert.deepEqual(new Set(player.told.splice(0)), new Set(["step"]));
  player.pause();
  assert.deepEqual(player.told.splice(0), ["state"]);
  player.seek(3);
  assert.deepEqual(player.told.splice(0), ["state", "step"]);
  player.tick(5000);
  assert.deepEqual(player.told, []);
});

// Runs that go on from others: in the link, and in what is drawn of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "../../assets/forks.mjs";
import { branched, compose, controlOf, forksOf, mend, runsOf, withKnob } from "../../assets/link.mjs";

const PARENT = "adam,lr=0.05/cosine/batch,size=4,seed=0/warmup=5";
const FORK = `momentum,lr=0.1/constant/name=On/look=3/fork=120/${PARENT}/look=0`;
const START = "landscape=sphere&start=1,1&steps=200";
const LINK = `${START}&run=${PARENT}/name=Mine/look=0&run=${FORK}`;

test("a run is read without what it goes on from", () => {
  const [, fork] = runsOf(LINK);
  assert.deepEqual(fork, { ...runsOf("run=momentum,lr=0.1/constant/name=On/look=3")[0] });
  assert.deepEqual([fork.look, fork.batch, fork.chance], [3, 0, false]);
});

test("a fork knows its step and its parent, while that is what it was", () => {
  assert.deepEqual(forksOf(LINK), [null, { step: 120, parent: 0 }]);
  assert.deepEqual(forksOf(LINK.replace("Mine", "Other")), [null, { step: 120, parent: 0 }]);
  assert.deepEqual(forksOf(LINK.replace("lr=0.05", "lr=0.06")), [null, { step: 120, parent: -1 }]);
  assert.deepEqual(forksOf(`${START}&run=`), []);
});

test("a fork of a fork finds its parent too", () => {
  const nested = `${LINK}&run=lion/constant/look=5/fork=150/${FORK.replace("/name=On", "")}`;
  assert.deepEqual(forksOf(nested)[2], { step: 150, parent: 1 });
});

test("the controls hand on what a run goes on from as it is", () => {
  const id = (part, of, knob) => ({ kind: "knob", run: "3", part, of, knob });
  const picks = [{ run: "", part: "landscape", of: "sphere" }, ...["optimizer", "schedule"].map((part, i) => ({ run: "3", part, of: ["momentum", "constant"][i] }))];
  const knobs = [
    [{ ...id("start", "", "x"), run: "" }, "1"], [{ ...id("start", "", "y"), run: "" }, "1"],
    [{ ...id("experiment", "", "steps"), run: "" }, "200"],
    [id("run", "", "fork"), FORK.split("/fork=")[1]],
    [id("optimizer", "momentum", "lr"), "0.1"],
  ];
  assert.equal(compose(picks, knobs, [[{ run: "3" }, "On"]]), `${START}&run=${FORK}`);
});

test("a knob of a fork is its own", () => {
  const own = { run: "3", part: "optimizer", of: "momentum", knob: "lr" };
  assert.equal(withKnob(LINK, own, "0.7"), LINK.replace("lr=0.1/", "lr=0.7/"));
  assert.equal(withKnob(LINK, { run: "3", part: "run", of: "", knob: "warmup" }, "9"), LINK.replace("On/look", "On/warmup=9/look"));
  // Its parent's is not that of what the fork was.
  assert.equal(withKnob(LINK, { run: "0", part: "optimizer", of: "adam", knob: "lr" }, "0.7"), LINK.replace("lr=0.05", "lr=0.7"));
});

test("a fork more, less or other is no reason to play anew", () => {
  assert.ok(branched(LINK, `${START}&run=${PARENT}/look=0`));
  assert.ok(branched(LINK, LINK.replace("momentum", "adam")));
  assert.ok(!branched(LINK, LINK.replace("run=adam", "run=lion")));
  assert.ok(!branched(LINK, LINK.replace("sphere", "hills")));
});

test("a complaint about a fork stands above the controls, and too few steps stay as they were", () => {
  assert.equal(controlOf("runs.1.fork", LINK), null);
  assert.equal(controlOf("runs.1.fork.optimizer.lr", LINK), null);
  assert.equal(mend(LINK.replace("steps=200", "steps=100"), [{ where: "runs.1.fork" }], LINK), LINK);
  const typed = LINK.replace("lr=0.1/", "lr=x/");
  assert.equal(mend(typed, [{ where: "runs.1.optimizer.lr" }], LINK), LINK);
});

const run = (look, fork = null, visible = true) => ({ look, fork, visible });
const whole = (i) => ({ run: i, first: 0, last: Infinity, faint: false });

test("what two runs share is drawn once, and what is over is faint", () => {
  assert.deepEqual(pieces([run(0), run(1, { step: 9, parent: 0 })]), [
    { run: 0, first: 0, last: 9, faint: false },
    { run: 0, first: 9, last: Infinity, faint: true },
    { run: 1, first: 9, last: Infinity, faint: false },
  ]);
});

test("of several forks the first one ends what was", () => {
  const found = pieces([run(0), run(1, { step: 9, parent: 0 }), run(2, { step: 4, parent: 0 }), run(3, { step: 20, parent: 1 })]);
  const ends = found.filter(({ faint }) => !faint).map(({ first, last }) => [first, last]);
  assert.deepEqual(ends, [[0, 4], [9, 20], [4, Infinity], [20, Infinity]]);
});

test("where one of them is not to be seen, or each stands by itself, the other is whole", () => {
  const fork = { step: 9, parent: 0 };
  assert.deepEqual(pieces([run(0), run(1, fork, false)]), [whole(0)]);
  assert.deepEqual(pieces([run(0, null, false), run(1, fork)]), [whole(1)]);
  assert.deepEqual(pieces([run(0), run(1, { step: 9, parent: -1 })]), [whole(0), whole(1)]);
  assert.deepEqual(pieces([run(0), run(1, fork)], true), [whole(0), whole(1)]);
});

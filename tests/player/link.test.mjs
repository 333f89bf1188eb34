// The text of an experiment, and of a view of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  compose, controlOf, landscapeOf, mend, readView, runsOf, shape, startOf, VIEW, withKnob, withStart, writeView,
} from "../../assets/link.mjs";

const knob = (run, part, of, name) => ({ kind: "knob", run, part, of, knob: name });

// The controls of a page, as Dash hands them to the browser's callback.
function controls(runs = [{ look: "0" }, { look: "3", name: "Mine", warmup: "20" }]) {
  const picks = [{ run: "", part: "landscape", of: "rosenbrock" }];
  const knobs = [
    [knob("", "landscape", "rosenbrock", "a"), "1"],
    [knob("", "landscape", "rosenbrock", "b"), "100"],
    [knob("", "start", "", "x"), "-1.2"],
    [knob("", "start", "", "y"), "1"],
    [knob("", "experiment", "", "steps"), "500"],
  ];
  const names = [];
  for (const { look, name = "", warmup = "0", lr = "0.05" } of runs) {
    picks.push({ run: look, part: "optimizer", of: "adam" }, { run: look, part: "schedule", of: "step" });
    knobs.push([knob(look, "optimizer", "adam", "lr"), lr], [knob(look, "optimizer", "adam", "beta1"), "0.9"]);
    knobs.push([knob(look, "schedule", "step", "gamma"), "0.5"], [knob(look, "run", "", "warmup"), warmup]);
    names.push([{ run: look }, name]);
  }
  return [picks, knobs, names];
}

const LINK =
  "landscape=rosenbrock,a=1,b=100&start=-1.2,1&steps=500" +
  "&run=adam,lr=0.05,beta1=0.9/step,gamma=0.5/look=0" +
  "&run=adam,lr=0.05,beta1=0.9/step,gamma=0.5/warmup=20/name=Mine/look=3";

test("the controls make the text that the server writes", () => {
  assert.equal(compose(...controls()), LINK);
});

test("who defines an optimizer so stands behind what the run meets", () => {
  const [picks, knobs, names] = controls([{ look: "3", warmup: "20" }]);
  const defined = [...picks, { run: "3", part: "wrapper", of: "noise" }, { run: "3", part: "convention", of: "keras" }];
  const text = compose(defined, knobs, names);
  assert.match(text, /\/step,gamma=0\.5\/noise\/as=keras\/warmup=20\/look=3$/);
  assert.notEqual(shape(text), shape(text.replace("/as=keras", "")));
  assert.equal(controlOf("runs.0.as", text), null);
  const wrong = text.replace("as=keras", "as=jax");
  assert.equal(mend(wrong, [{ where: "runs.0.as" }], text), text);
  assert.equal(mend(wrong, [{ where: "runs.0.as" }], text.replace("/as=keras", "")), text.replace("/as=keras", ""));
});

test("no runs are an empty run, which is not the same as none given", () => {
  assert.equal(compose(...controls([])), "landscape=rosenbrock,a=1,b=100&start=-1.2,1&steps=500&run=");
});

test("a name may hold what separates the parts of a link", () => {
  for (const name of ["a/b", "a,b=c", "50 % & more", "ημ → ½", "name=look=2", "(copy)", "it's *!"]) {
    const text = compose(...controls([{ look: "5", name }]));
    assert.deepEqual(runsOf(text), [{ look: 5, name, optimizer: "adam", bend: null, batch: 0, chance: false }]);
  }
});

test("a name is written as the server writes it", () => {
  const text = compose(...controls([{ look: "5", name: "Adam (copy)*" }]));
  assert.match(text, /\/name=Adam%2520%2528copy%2529%252A\/look=5$/);
});

test("spaces round what is typed are not part of it", () => {
  assert.equal(compose(...controls([{ look: "0", name: "  ", lr: " 0.05 " }])).includes("name"), false);
  assert.match(compose(...controls([{ look: "0", lr: " 0.05 " }])), /lr=0\.05,/);
});

test("an emptied knob is an empty value, for the server to speak of", () => {
  assert.match(compose(...controls([{ look: "0", lr: null }])), /adam,lr=,beta1/);
});

test("the surface, the start and the number of runs are the shape of an experiment", () => {
  const same = [LINK.replace("0.05", "0.1"), LINK.replace("b=100", "b=7"), LINK.replace("steps=500", "steps=9")];
  for (const text of same) assert.equal(shape(text), shape(LINK));
  const other = [
    LINK.replace("rosenbrock", "hills"),
    LINK.replace("-1.2,1", "0,0"),
    LINK.replace(/&run=[^&]*$/, ""),
    LINK.replace("run=adam", "run=adamw"),
    LINK.replace("/step", "/cosine"),
  ];
  for (const text of other) assert.notEqual(shape(text), shape(LINK));
});

test("the landscape and the start can be read from a text, or are at nothing", () => {
  assert.equal(landscapeOf(LINK), "rosenbrock,a=1,b=100");
  assert.deepEqual(startOf(LINK), [-1.2, 1]);
  assert.equal(landscapeOf(""), "");
  assert.deepEqual(startOf(""), [0, 0]);
  // Letters in a box of the point are no drawn start: its complaint stands there.
  assert.deepEqual(startOf("start=foo,1"), [NaN, 1]);
  assert.deepEqual(controlOf("start", "start=foo,1"), knob("", "start", "", "x"));
  for (const drawn of ["zero", "normal,sigma=1,seed=0"]) assert.equal(startOf(`start=${drawn}`), null);
});

test("another start is put where the old one was", () => {
  assert.equal(withStart(LINK, 0.5, -2), LINK.replace("-1.2,1", "0.5,-2"));
  assert.equal(withStart("steps=5", 1, 2), "steps=5&start=1,2");
  assert.equal(withStart("start=9,9", 1, 2), "start=1,2");
  assert.equal(withStart("", 1, 2), "start=1,2");
});

test("looks, names and optimizers of the runs are read in order", () => {
  assert.deepEqual(runsOf(LINK), [
    { look: 0, name: "", optimizer: "adam", bend: null, batch: 0, chance: false },
    { look: 3, name: "Mine", optimizer: "adam", bend: null, batch: 0, chance: false },
  ]);
  assert.deepEqual(runsOf("steps=5&run="), []);
});

test("a problem is shown at the control that it speaks of", () => {
  const found = {
    steps: knob("", "experiment", "", "steps"),
    "start.y": knob("", "start", "", "y"),
    start: knob("", "start", "", "x"),
    "landscape.b": knob("", "landscape", "rosenbrock", "b"),
    "runs.1.optimizer.lr": knob("3", "optimizer", "adam", "lr"),
    "runs.1.schedule.gamma": knob("3", "schedule", "step", "gamma"),
    "runs.0.warmup": knob("0", "run", "", "warmup"),
    "runs.1.name": { ...knob("3", "run", "", "name"), kind: "name" },
  };
  for (const [where, id] of Object.entries(found)) assert.deepEqual(controlOf(where, LINK), id, where);
});

test("a problem that no control can mend has none", () => {
  for (const where of ["link", "runs", "landscape", "runs.7.optimizer.lr", "runs.0.optimizer", "first"]) {
    assert.equal(controlOf(where, LINK), null, where);
  }
});

test("a view is written as what differs from the usual one, and read back", () => {
  const view = { ...VIEW, layout: "panels", speed: "4", hidden: "1.12", solo: "3", loop: "1", loss: "linear" };
  assert.equal(writeView(VIEW), "");
  assert.equal(writeView({ ...VIEW, layout: "panels" }), "layout=panels");
  assert.deepEqual(readView("#layout=panels&space=1"), { ...VIEW, layout: "panels", space: "1" });
  assert.deepEqual(readView("#layout=space"), { ...VIEW, space: "1" }); // as it was written once
  assert.deepEqual(readView(`#${writeView(view)}`), view);
  assert.equal(readView("#curves=y.x.nothing&over=epochs").curves, "x.y");
  assert.equal(readView("#curves=y.x.nothing&over=epochs").over, "epochs");
});

test("a view that cannot be read is the usual one", () => {
  const garbage = [
    "", "#", "#layout=cube&speed=99&loss=&loop=yes", "#hidden=a.b&solo=-1", "#hidden=1..2", "#%E0%A4%A",
    "#__proto__=1&constructor=2", "#layout=overlay%00", "#solo=1.5", "#space=2",
  ];
  for (const hash of garbage) assert.deepEqual(readView(hash), VIEW, hash);
});

test("what could not be read is put back to what was accepted, and the rest is kept", () => {
  const accepted = "landscape=rosenbrock,a=1,b=100&start=-1.2,1&steps=500&run=adam,lr=0.05,eps=1e-08/step,step_size=100/look=0&run=adam,lr=0.1/constant/look=3";
  const text = accepted.replace("lr=0.1/", "lr=x/").replace("steps=500", "steps=600");
  assert.equal(mend(text, [{ where: "runs.1.optimizer.lr" }], accepted), accepted.replace("steps=500", "steps=600"));
  const schedule = accepted.replace("step_size=100", "step_size=").replace("a=1,", "a=2,");
  assert.equal(mend(schedule, [{ where: "runs.0.schedule.step_size" }], accepted), accepted.replace("a=1,", "a=2,"));
  const start = accepted.replace("start=-1.2,1", "start=,1").replace("b=100", "b=?");
  assert.equal(mend(start, [{ where: "start.x" }, { where: "landscape.b" }], accepted), accepted);
  const name = accepted.replace("/constant/look", "/constant/name=long/look");
  assert.equal(mend(name, [{ where: "runs.1.name" }], accepted), accepted);
  assert.equal(mend("run=nobody/look=9", [{ where: "runs.0.optimizer" }], accepted), null);
});

test("what stands before the gradient, the rate along y and the points of a schedule are written", () => {
  const [picks, knobs, names] = controls([{ look: "0" }]);
  picks.splice(2, 1, { run: "0", part: "schedule", of: "piecewise" });
  picks.push({ run: "0", part: "wrapper", of: "clip_norm" }, { run: "0", part: "wrapper", of: "noise" });
  const own = knobs.filter(([id]) => id.part !== "schedule");
  own.push([knob("0", "schedule", "piecewise", "points"), "0:1;50:0.1"]);
  own.push([knob("0", "wrapper", "clip_norm", "limit"), "1"], [knob("0", "wrapper", "noise", "sigma"), "2"]);
  own.push([knob("0", "run", "", "y_rate"), "0.5"]);
  own.push([knob("", "landscape", "rosenbrock", "rotation"), "30"], [knob("", "landscape", "rosenbrock", "l2"), "0"]);
  const text = compose(picks, own, names);
  assert.match(text, /^landscape=rosenbrock,a=1,b=100,rotation=30&/);
  assert.match(text, /run=adam,lr=0.05,beta1=0.9\/piecewise,points=0:1;50:0.1\/clip_norm,limit=1\/noise,sigma=2\/y_rate=0.5\/look=0$/);
  assert.deepEqual(runsOf(text)[0].bend, { points: [[0, 1], [50, 0.1]], lr: 0.05, warmup: 0 });
  assert.deepEqual(controlOf("runs.0.clip_norm.limit", text), knob("0", "wrapper", "clip_norm", "limit"));
  assert.deepEqual(controlOf("runs.0.y_rate", text), knob("0", "run", "", "y_rate"));
});

test("one knob of a link can be changed wherever it stands, also one that is off", () => {
  const text = "landscape=rosenbrock,a=1,b=100&start=0,0&run=adam,lr=0.05/inverse_sqrt,decay=0.1/weight_decay,decay=0.2/decoupled_decay,decay=0.3/look=4";
  const change = (part, of, name, value) => withKnob(text, knob("4", part, of, name), value);
  assert.equal(change("wrapper", "decoupled_decay", "decay", "1"), text.replace("0.3", "1"));
  assert.equal(change("wrapper", "weight_decay", "decay", "1"), text.replace("0.2", "1"));
  assert.equal(change("schedule", "inverse_sqrt", "decay", "1"), text.replace("=0.1", "=1"));
  assert.equal(change("run", "", "y_rate", "2"), text.replace("/look", "/y_rate=2/look"));
  assert.equal(withKnob(text, knob("", "landscape", "rosenbrock", "rotation"), "45"), text.replace("b=100", "b=100,rotation=45"));
  const turned = text.replace("b=100", "b=100,rotation=45");
  assert.equal(withKnob(turned, knob("", "landscape", "rosenbrock", "rotation"), "50"), turned.replace("45", "50"));
});

test("only the thing whose value could not be read is put back", () => {
  const accepted = "landscape=quadratic,condition=10&run=adam,lr=0.05/inverse_sqrt,decay=0.1/weight_decay,decay=0.2/y_rate=2/look=0";
  const wrong = accepted.replace("decay=0.2", "decay=x").replace("decay=0.1", "decay=0.5");
  assert.equal(mend(wrong, [{ where: "runs.0.weight_decay.decay" }], accepted), accepted.replace("decay=0.1", "decay=0.5"));
  const rate = accepted.replace("y_rate=2", "y_rate=x").replace("condition=10", "condition=5");
  assert.equal(mend(rate, [{ where: "runs.0.y_rate" }], accepted), accepted.replace("condition=10", "condition=5"));
  const turned = accepted.replace("condition=10", "condition=10,rotation=x").replace("lr=0.05", "lr=0.5");
  assert.equal(mend(turned, [{ where: "landscape.rotation" }], accepted), accepted.replace("lr=0.05", "lr=0.5"));
});

test("a start that is drawn, a tolerance and repeats are in the text, and off they are not", () => {
  const [picks, knobs, names] = controls([]);
  const more = [[knob("", "experiment", "", "stop"), "0"], [knob("", "experiment", "", "seeds"), "1"]];
  assert.equal(compose(picks, [...knobs, ...more], names), compose(picks, knobs, names));
  const drawn = knobs.filter(([id]) => id.part !== "start");
  drawn.push([knob("", "start", "normal", "sigma"), "2"], [knob("", "start", "normal", "seed"), "7"]);
  const on = [[knob("", "experiment", "", "stop"), "0.001"], [knob("", "experiment", "", "seeds"), "20"]];
  const text = compose([...picks, { run: "", part: "start", of: "normal" }], [...drawn, ...on], names);
  assert.equal(text, "landscape=rosenbrock,a=1,b=100&start=normal,sigma=2,seed=7&steps=500&stop=0.001&seeds=20&run=");
  assert.equal(startOf(text), null);
  assert.deepEqual(controlOf("start.sigma", text), knob("", "start", "normal", "sigma"));
  assert.deepEqual(controlOf("seeds", text), knob("", "experiment", "", "seeds"));
  // To drag a knob of the start does not play anew, to choose another start does.
  assert.equal(shape(withKnob(text, knob("", "start", "normal", "sigma"), "3")), shape(text));
  assert.notEqual(shape(text.replace("normal,sigma=2", "uniform,share=1")), shape(text));
  assert.notEqual(shape(withStart(text, 1, 2)), shape(text));
});

test("what is off is put into the text by its control, and taken back where it was refused", () => {
  const on = withKnob(LINK, knob("", "experiment", "", "seeds"), "30");
  assert.match(on, /&seeds=30&steps=500&/);
  assert.equal(withKnob(on, knob("", "experiment", "", "seeds"), "30"), null);
  assert.match(withKnob(on, knob("", "experiment", "", "seeds"), "40"), /&seeds=40&steps=500&/);
  assert.equal(withKnob("", knob("", "experiment", "", "seeds"), "30"), null);
  assert.equal(mend(on, [{ where: "seeds" }], LINK), LINK);
  const wrong = withKnob(on, knob("", "experiment", "", "seeds"), "many");
  assert.equal(mend(wrong, [{ where: "seeds" }], on), on);
});

test("which slice is viewed, and of which run, stands behind the #, and what is neither does not", () => {
  for (const slice of ["x", "y", "gradient", "step"]) {
    assert.deepEqual(readView(`#slice=${slice}&focus=12`), { ...VIEW, slice, focus: "12" });
    assert.equal(writeView({ ...VIEW, slice, focus: "12" }), `slice=${slice}&focus=12`);
  }
  for (const slice of ["z", "x.", "xy", "step.one", "1"]) assert.equal(readView(`#slice=${slice}`).slice, "");
  for (const focus of ["x", "1.2", "-1"]) assert.equal(readView(`#focus=${focus}`).focus, "");
});

for (const [hash, view] of [
  ["#slice=gradient.3", { slice: "gradient", focus: "3" }],
  ["#inspect=3", { inspect: "1", focus: "3" }],
  ["#inspect=0", { inspect: "1", focus: "0" }],
  ["#inspect=1", { inspect: "1" }],
  ["#inspect=12&slice=x.2", { inspect: "1", slice: "x", focus: "2" }],
  ["#inspect=3&focus=4", { inspect: "1", focus: "4" }],
  ["#inspect=yes", {}],
]) {
  test(`an older link ${hash} still opens`, () => assert.deepEqual(readView(hash), { ...VIEW, ...view }));
}

test("the name of what stands beside the link is written as it is", () => {
  const id = knob("", "landscape", "tanh_neuron", "points");
  const text = "landscape=tanh_neuron&start=0,0&steps=9&run=adam,lr=1/constant/look=0";
  const named = withKnob(text, id, "@2341.9f3a11c2");
  assert.equal(named, text.replace("neuron", "neuron,points=@2341.9f3a11c2"));
  assert.equal(withKnob(named, id, "@2341"), text.replace("neuron", "neuron,points=@2341"));
});

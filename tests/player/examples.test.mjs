// Own examples on their way into the link, or beside it.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Beside, encode } from "../../assets/beside.mjs";
import { Examples } from "../../assets/examples.mjs";

const LINK = "landscape=tanh_neuron&start=0,0&steps=9&run=adam,lr=0.1/constant/look=0";
const named = (points) => LINK.replace("tanh_neuron", `tanh_neuron,points=${points}`);
const many = (count, y = 0) => Array.from({ length: count }, (_, i) => [i, y]);
const BOX = { kind: "knob", run: "", part: "landscape", of: "tanh_neuron", knob: "points" };

// A page whose server gives every set of examples a checksum of its own.
function opened(link = LINK) {
  const asked = [];
  const set = [];
  const [opening, notes] = [[], []];
  const said = {};
  const beside = new Beside(() => { throw new Error("forbidden"); });
  const page = {
    asked: () => asked.at(-1) ?? link,
    ask: (text) => asked.push(text),
    set: (id, properties) => set.push([id, properties]),
    say: (kind, words) => (said[kind] = words),
    note: (words) => notes.push(words),
    open: (data) => opening.push(data),
  };
  return { asked, set, opening, notes, said, beside, examples: new Examples(beside, page, link) };
}

function inTime(act) {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    act((ms) => mock.timers.tick(ms));
  } finally {
    mock.timers.reset();
  }
}

test("up to a hundred travel in the link, and one more moves them beside it and back", () => {
  inTime((pass) => {
    const { asked, set, beside, examples } = opened();
    examples.change([[1, 2], [3, 4.5]], true);
    assert.equal(asked.at(-1), named("1:2;3:4.5"));
    pass(300);
    assert.deepEqual(set, [[BOX, { value: "1:2;3:4.5" }]]);
    examples.change(many(100), true);
    assert.match(asked.at(-1), /points=0:0;1:0;.*;99:0&/);
    examples.change(many(101), true);
    assert.equal(asked.at(-1), named("@101"));
    assert.equal(beside.recall(asked.at(-1)), encode(many(101)));
    examples.change(many(100), true);
    assert.match(asked.at(-1), /points=0:0;1:0;.*;99:0&/);
  });
});

test("letting go asks once more, even where nothing has changed since the last turn", () => {
  inTime(() => {
    for (const points of [[[1, 2], [3, 4]], many(200)]) {
      const { asked, examples } = opened();
      examples.change(points, false);
      examples.change(points, true);
      assert.equal(asked.length, 2);
      assert.equal(asked[0], asked[1]);
    }
  });
});

test("a drag asks at every turn though the short name stays", () => {
  const { asked, beside, examples } = opened();
  for (const y of [1, 2, 3]) {
    examples.change(many(200, y), false);
    assert.equal(beside.recall(asked.at(-1)), encode(many(200, y)));
  }
  assert.deepEqual(asked, Array(3).fill(named("@200")));
});

test("nothing is asked for where there is no landscape to ask of", () => {
  const { asked, examples } = opened("");
  examples.change(many(200), true);
  assert.deepEqual(asked, []);
});

test("the whole name goes to the box, and the text to what the server's callbacks are told", () => {
  inTime((pass) => {
    const { set, beside, examples } = opened();
    const rows = encode(many(200));
    examples.change(many(200), true);
    examples.accepted(named("@200.0000000a"), named("@200"), rows, true);
    pass(0);
    assert.deepEqual(set, [["beside", { data: rows }], [BOX, { value: "@200.0000000a" }]]);
    assert.equal(beside.recall(named("@200.0000000a")), rows);
    // Asked for by its whole name, there is nothing to tell.
    examples.accepted(named("@200.0000000a"), named("@200.0000000a"), rows, true);
    pass(300);
    assert.equal(set.length, 2);
    // Gone from the link, they are not sent any more.
    examples.accepted(LINK, LINK, "", true);
    pass(0);
    assert.deepEqual(set.at(-1), ["beside", { data: "" }]);
  });
});

test("while one is dragged Dash is left alone", () => {
  inTime((pass) => {
    const { set, examples } = opened();
    for (let i = 1; i < 5; i++) {
      examples.accepted(named(`@200.0000000${i}`), named("@200"), "AAAA", false);
      pass(100);
    }
    assert.deepEqual(set, []);
    pass(200);
    assert.deepEqual(set.at(-1), [BOX, { value: "@200.00000004" }]);
  });
});

test("a link that is opened with examples beside it has told Dash of them", () => {
  inTime((pass) => {
    const { set, examples } = opened(named("@200.0000000a"));
    examples.accepted(named("@200.0000000a"), named("@200.0000000a"), "AAAA", true);
    pass(300);
    assert.deepEqual(set, []);
  });
});

test("a file takes the place of the examples, and one that cannot be read changes nothing", async () => {
  const { asked, opening, notes, said, beside, examples } = opened();
  await examples.load(new File(["1,2\n3,four\n"], "a.csv"));
  assert.match(said.file, /Line 2 of a.csv/);
  await examples.load({ name: "b.csv", size: 1e9, arrayBuffer: () => assert.fail("it was read") });
  assert.match(said.file, /b.csv has 1000.0 MB/);
  assert.deepEqual(opening, []);
  await examples.load(new File([many(10_000).join("\n")], "c.csv"));
  assert.equal(said.file, "");
  const rows = encode(many(10_000));
  assert.deepEqual(opening, [{ text: named("@10000"), beside: rows, before: LINK, held: "" }]);
  assert.deepEqual(notes, ["c.csv: 10,000 examples"]);
  assert.deepEqual(asked, []); // Dash will, when it has made the page anew
  assert.equal(beside.recall(named("@10000.0000000a")), rows);
});

test("who loads the file of a link that had lost its examples learns whether it is that one", () => {
  for (const [name, words] of [["@200.0000000a", ""], ["@200.0000000b", /^These are other examples/]]) {
    const { said, examples } = opened(named("@200.0000000a"));
    examples.accepted(LINK, LINK, "", true);
    assert.equal(said.file, undefined);
    examples.accepted(named(name), named(name), "AAAA", true);
    assert.match(said.file, new RegExp(words || "^$"));
  }
});

test("what Dash makes of a name that is not the latest any more is no edit", () => {
  inTime((pass) => {
    const { asked, examples } = opened();
    examples.change(many(200, 1), false);
    examples.accepted(named("@200.0000000a"), named("@200"), "AAAA", false);
    pass(300);
    examples.change(many(200, 2), true);
    assert.equal(asked.at(-1), named("@200"));
    assert.ok(examples.echoes(named("@200.0000000a")));
    assert.ok(!examples.echoes(named("@200.0000000b")));
    assert.ok(!examples.echoes(named("@200.0000000a").replace("steps=9", "steps=8")));
  });
});

// The same, where the server reads whatever it is asked for at once, and Dash does as it is told.
function answered(link) {
  const page = opened(link);
  const { asked, opening, beside, examples } = page;
  const accept = (text, final = true) => {
    const rows = beside.recall(text);
    const named = text.replace(/(points=@\d+)(?=[,&])/, (name) => `${name}.${rows.slice(16, 24).replace(/\W/g, "_")}`);
    asked.push(text);
    examples.accepted(named, text, rows, final);
    asked.push(named);
  };
  const change = (points, final = true) => {
    examples.change(points, final);
    accept(asked.at(-1), final);
  };
  const undo = () => {
    const done = examples.undo();
    if (done) accept(opening.at(-1).text);
    return done;
  };
  accept(link);
  return { ...page, accept, change, undo };
}

test("changes are taken back, however they were made, and a drag as one", () => {
  inTime(() => {
    const { asked, accept, change, undo } = answered(named("1:2;3:4"));
    assert.equal(undo(), false);
    change([[1, 2], [3, 4], [5, 6]]);
    change([[1, 2], [3, 5], [5, 6]], false);
    change([[1, 2], [3, 7], [5, 6]], false);
    change([[1, 2], [3, 7], [5, 6]]);
    accept(named("0:0;1:1")); // typed
    assert.equal(undo(), true);
    assert.equal(asked.at(-1), named("1:2;3:7;5:6"));
    change([[9, 9]]);
    for (const left of ["1:2;3:7;5:6", "1:2;3:4;5:6", "1:2;3:4"]) {
      undo();
      assert.equal(asked.at(-1), named(left));
    }
    assert.equal(undo(), false);
  });
});

test("what stood beside the link comes back with it", () => {
  inTime(() => {
    const { asked, opening, change, undo, beside } = answered(LINK);
    change(many(101));
    const first = asked.at(-1);
    change(many(101, 1));
    const second = asked.at(-1);
    assert.notEqual(first, second);
    change(many(3));
    undo();
    assert.equal(asked.at(-1), second);
    undo();
    assert.deepEqual(opening.at(-1), { text: first, beside: encode(many(101)), before: second, held: encode(many(101, 1)) });
    assert.equal(beside.recall(first), encode(many(101)));
    undo();
    assert.equal(asked.at(-1), LINK.replace("tanh_neuron", "tanh_neuron,points="));
  });
});

test("what the server has not read yet is taken back first, and another landscape has nothing to take back", () => {
  inTime(() => {
    const { asked, opening, examples, accept, change, undo } = answered(named("1:2"));
    change([[1, 2], [3, 4]]);
    examples.change([[1, 2], [3, 4], [5, 6]], true);
    assert.equal(examples.undo(), true);
    assert.equal(opening.at(-1).text, named("1:2;3:4"));
    asked.push(opening.at(-1).text); // Dash is quicker than the server now
    assert.equal(examples.undo(), true);
    assert.equal(opening.at(-1).text, named("1:2"));
    accept(opening.at(-1).text);
    assert.equal(undo(), false);
    change([[3, 4]]);
    asked.push(LINK.replace("tanh_neuron", "regression"));
    assert.equal(examples.undo(), false);
    accept(asked.at(-1));
    accept(named("7:7"));
    assert.equal(undo(), false);
  });
});

// Which run is in focus, and the menus that say so.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Focus } from "../../assets/focus.mjs";

globalThis.document = {
  createElement: () => ({
    dataset: {},
    setAttribute() {},
    addEventListener(type, act) { this[type] = act; },
    replaceChildren(...options) { this.options = options; this.value = undefined; },
  }),
};
globalThis.Option = function (text, value) { Object.assign(this, { text, value }); };

const run = (look, visible = true) => ({ look, name: `run ${look}`, visible });

test("the run that is wanted is in focus while it is seen, else the first that is", () => {
  const focus = new Focus();
  for (const [runs, wanted, look] of [
    [[run(0), run(3)], "", 0],
    [[run(0), run(3)], "3", 3],
    [[run(0), run(3, false)], "3", 0],
    [[run(0, false), run(3)], "", 3],
    [[run(0)], "9", 0],
    [[run(0, false)], "0", undefined],
    [[], "", undefined],
  ]) {
    focus.choose(runs, wanted);
    assert.equal(focus.run?.look, look, JSON.stringify([runs, wanted]));
  }
});

test("all menus show the same run, offer those that are seen, and need two to be shown", () => {
  const chosen = [];
  const focus = new Focus((look) => chosen.push(look));
  const menus = [focus.menu("one"), focus.menu("two")];
  focus.choose([run(0), run(3), run(5, false)], "3");
  for (const menu of menus) {
    assert.deepEqual([menu.value, menu.hidden, menu.options.map(({ text }) => text)], [3, false, ["run 0", "run 3"]]);
  }
  menus[1].value = "0";
  menus[1].change();
  assert.deepEqual(chosen, ["0"]);
  const { options } = menus[0];
  focus.choose([run(0), run(3)], "0");
  assert.equal(menus[0].options, options); // an open menu is not closed
  focus.choose([run(3)], "0");
  assert.deepEqual(menus.map(({ value, hidden }) => [value, hidden]), [[3, true], [3, true]]);
});

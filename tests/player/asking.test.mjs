// Questions that come quicker than answers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Asking } from "../../assets/asking.mjs";
import { soon, until } from "./wait.mjs";


test("a question is put once, and while one is out only the newest waits", async () => {
  const [asked, answered] = [[], []];
  const asking = new Asking(({ url }, words) => answered.push([url, words]));
  const ask = async (url) => {
    asked.push(url);
    await soon(10);
    return `of ${url}`;
  };
  for (const url of ["a", "a", "b", "c"]) asking.put({ url, ask });
  await until(() => answered.length === 2);
  assert.deepEqual(asked, ["a", "c"]);
  assert.deepEqual(answered, [["a", "of a"], ["c", "of c"]]);
  assert.equal(asking.put({ url: "c", ask }), false);
  assert.equal(asking.put(null), true);
  assert.equal(asking.put(null), false);
});

test("what failed may be asked again, and what was taken back is not told", async () => {
  const answered = [];
  const asking = new Asking(({ url }) => answered.push(url));
  asking.put({ url: "a", ask: async () => Promise.reject(new Error("away")) });
  await until(() => asking.put({ url: "a", ask: async () => "here" }));
  await until(() => answered.length);
  assert.deepEqual(answered, ["a"]);
  asking.put({ url: "b", ask: async () => soon(10) });
  asking.put(null);
  await soon(200);
  assert.deepEqual(answered, ["a"]);
});

// Numbers that come beside the stream.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Asked } from "../../assets/asked.mjs";
import { soon, until } from "./wait.mjs";
import { message } from "./wire.mjs";

const unpack = ({ name }, numbers) => `${name}${[...numbers]}`;

function made(answer = () => [message({ status: [] })]) {
  const told = { asked: [], changes: 0 };
  told.them = new Asked("more", unpack, () => (told.changes += 1));
  told.ask = async (url, { signal }) => {
    told.asked.push(url);
    await soon(20);
    signal.throwIfAborted();
    return new Response(new Blob(answer(url)));
  };
  return told;
}

const two = () => [message({ run: 1, name: "b" }, [3]), message({ run: 0, name: "a" }, [1, 2]), message({ status: [] })];

test("the runs are there together, each in its place", async () => {
  const told = made(two);
  told.them.ask("run=adam", told.ask);
  await until(() => told.changes);
  assert.deepEqual(told.asked, ["more?run=adam"]);
  assert.deepEqual(told.them.runs, ["a1,2", "b3"]);
  assert.equal(told.changes, 1);
});

test("of a burst of links only the last is asked for, and that once", async () => {
  const told = made(two);
  for (const lr of [1, 2, 3, 3]) told.them.ask(`run=adam,lr=${lr}`, told.ask);
  await until(() => told.changes);
  told.them.ask("run=adam,lr=3", told.ask);
  await soon(100);
  assert.deepEqual(told.asked, ["more?run=adam,lr=3"]);
});

test("an answer that a newer link has overtaken is not taken", async () => {
  const told = made((url) => [message({ run: 0, name: url.at(-1) }), message({ status: [] })]);
  told.them.ask("lr=1", told.ask);
  await until(() => told.asked.length);
  told.them.ask("lr=2", told.ask);
  await until(() => told.changes);
  await soon(50);
  assert.equal(told.asked.length, 2);
  assert.deepEqual(told.them.runs, ["2"]);
  assert.equal(told.changes, 1);
});

test("until the newer ones are there the older ones stay", async () => {
  const told = made(two);
  told.them.ask("lr=1", told.ask);
  await until(() => told.changes);
  told.them.ask("lr=2", told.ask);
  await until(() => told.asked.length === 2);
  assert.deepEqual(told.them.runs, ["a1,2", "b3"]);
});

test("what is not wanted is not asked for, and taken away", async () => {
  const told = made(two);
  told.them.ask("lr=1", told.ask, false);
  await soon(100);
  assert.deepEqual([told.asked, told.changes], [[], 0]);
  told.them.ask("lr=1", told.ask);
  await until(() => told.changes);
  told.them.ask("lr=1", told.ask, false);
  assert.deepEqual([told.them.runs, told.them.link, told.changes], [[], "", 2]);
});

test("what the server refuses is left to the stream to tell", async () => {
  const told = made();
  told.them.ask("lr=x", async () => new Response('{"problems": []}', { status: 400 }));
  await soon(100);
  assert.deepEqual([told.them.runs, told.changes], [[], 0]);
});

// Messages from bytes, and a stream that is followed through all that can happen to it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { follow, Frames, fromPlanes, Refusal } from "../../assets/stream.mjs";
import { Trails } from "../../assets/trails.mjs";
import { answer, message, points } from "./wire.mjs";

const HEAD = { steps: 9, runs: 1, lowest: 0 };
const END = message({ status: [{ kind: "moving", step: 9, reason: "" }] });

// Follows a server that gives these answers one after the other.
async function followed(answers, change = {}) {
  const trails = new Trails();
  const seen = { urls: [], waits: [], troubles: [], trails };
  const queue = [...answers];
  const controller = new AbortController();
  await follow("stream?steps=9", {
    signal: controller.signal,
    take: (part) => trails.take(part),
    received: () => trails.have,
    trouble: (attempt) => seen.troubles.push(attempt),
    fetch: async (url) => {
      seen.urls.push(url);
      const next = queue.shift();
      if (!next) throw new Error("asked too often");
      if (next instanceof Error) throw next;
      return next;
    },
    wait: async (ms) => {
      seen.waits.push(ms);
      if (seen.waits.length > 20) throw new Error("waits for ever");
    },
    ...change,
  });
  return seen;
}

function joined(...parts) {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

test("messages are the same however their bytes are split", () => {
  const all = joined(
    message({ link: "run=ä → ½" }), points(0, 4, 2, HEAD), points(5, 9, 2), END, message({}),
  );
  const whole = new Frames().push(all);
  assert.equal(whole.length, 5);
  assert.equal(whole[0].head.link, "run=ä → ½");
  assert.equal(whole[1].numbers.length, 50);
  for (const size of [1, 2, 3, 7, 8, 9, 64, all.length - 1]) {
    const frames = new Frames();
    const messages = [];
    for (let at = 0; at < all.length; at += size) messages.push(...frames.push(all.subarray(at, at + size)));
    assert.deepEqual(messages, whole, `pieces of ${size}`);
  }
});

test("a message is given as soon as its last byte has come, and no sooner", () => {
  const bytes = points(0, 9, 1, HEAD);
  const frames = new Frames();
  assert.deepEqual(frames.push(bytes.subarray(0, bytes.length - 1)), []);
  assert.equal(frames.push(bytes.subarray(bytes.length - 1)).length, 1);
  assert.deepEqual(frames.push(new Uint8Array(0)), []);
});

test("numbers come out of their planes with every bit, also nan and the infinities", () => {
  const numbers = [0, -0, 1.5, -1e-38, 3.4e38, Infinity, -Infinity, NaN];
  const bytes = message({}, numbers);
  assert.deepEqual(fromPlanes(bytes.subarray(8 + 2)), new Float32Array(numbers));
  assert.equal(fromPlanes(new Uint8Array(0)).length, 0);
});

test("a stream is read to its end and asked for once", async () => {
  const { urls, waits, troubles, trails } = await followed([
    answer([message({ link: "steps=9" }), points(0, 4, 1, HEAD), points(5, 9), END]),
  ]);
  assert.deepEqual([urls, waits, troubles], [["stream?steps=9"], [], []]);
  assert.ok(trails.done);
  assert.deepEqual([...trails.runs[0].x], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

for (const end of ["break", "close"]) {
  test(`a stream that should go on but meets a ${end} is resumed from the first missing point`, async () => {
    const { urls, waits, troubles, trails } = await followed([
      answer([points(0, 3, 1, HEAD), points(4, 9).subarray(0, 20)], { end }),
      new TypeError("failed to fetch"),
      answer([message({ link: "steps=9" }), points(4, 9, 1, HEAD), END]),
    ]);
    assert.deepEqual(urls, ["stream?steps=9", "stream?steps=9&first=4", "stream?steps=9&first=4"]);
    assert.deepEqual(waits, [250, 500]);
    assert.deepEqual(troubles, [1, 2, 0]);
    assert.deepEqual([...trails.runs[0].gap], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
}

test("a stream that ends without its status is not complete", async () => {
  const { urls, trails } = await followed([
    answer([points(0, 3, 1, HEAD), points(4, 8)]),
    answer([points(9, 9, 1, HEAD), END]),
  ]);
  assert.deepEqual(urls.slice(1), ["stream?steps=9&first=9"]);
  assert.ok(trails.done);
});

test("a server that is busy or fails is asked again, ever more slowly", async () => {
  const busy = () => answer([], { status: 429, problems: [{ sentence: "busy" }] });
  const { waits, troubles, trails } = await followed([
    busy(), busy(), busy(), answer([], { status: 500 }), answer([], { status: 503 }), busy(), busy(),
    answer([points(0, 9, 1, HEAD), END]),
  ]);
  assert.deepEqual(waits, [250, 500, 1000, 2000, 4000, 5000, 5000]);
  assert.deepEqual(troubles, [1, 2, 3, 4, 5, 6, 7, 0]);
  assert.ok(trails.done);
});

test("after a break was mended the next one counts anew", async () => {
  const { waits } = await followed([
    new TypeError("failed to fetch"),
    answer([points(0, 3, 1, HEAD)], { end: "break" }),
    answer([points(4, 9, 1, HEAD), END]),
  ]);
  assert.deepEqual(waits, [250, 250]);
});

test("a request that the server does not accept is not repeated", async () => {
  const problems = [{ where: "steps", sentence: "Too many." }, { where: "link", sentence: "Odd." }];
  let asked = 0;
  const refused = followed([], {
    fetch: async () => {
      asked++;
      return answer([], { status: 400, problems });
    },
  });
  await assert.rejects(refused, (error) => {
    assert.ok(error instanceof Refusal);
    assert.deepEqual(error.problems, problems);
    assert.equal(error.message, "Too many. Odd.");
    return true;
  });
  assert.equal(asked, 1);
});

test("an aborted stream ends silently, wherever it is", async () => {
  const stop = new DOMException("aborted", "AbortError");
  for (const where of ["fetch", "read", "wait", "take"]) {
    const controller = new AbortController();
    const taken = [];
    const troubles = [];
    await follow("stream?", {
      signal: controller.signal,
      received: () => 0,
      take: (part) => {
        taken.push(part);
        if (where === "take") controller.abort();
      },
      trouble: (attempt) => troubles.push(attempt),
      fetch: async () => {
        if (where === "fetch") {
          controller.abort();
          throw stop;
        }
        if (where === "wait") throw new TypeError("failed to fetch");
        const given = answer([joined(points(0, 3, 1, HEAD), points(4, 9))], { end: "hang" });
        if (where !== "read") return given;
        const reader = given.body.getReader();
        const read = async () => {
          if (!taken.length) return reader.read();
          controller.abort();
          throw stop;
        };
        return { ...given, body: { getReader: () => ({ read }) } };
      },
      wait: async () => controller.abort(),
    });
    assert.deepEqual(troubles, where === "wait" ? [1] : [], where);
    assert.equal(taken.length, { fetch: 0, read: 2, wait: 0, take: 1 }[where], where);
  }
});

test("what breaks after the status is complete", async () => {
  const { urls } = await followed([
    answer([points(0, 9, 1, HEAD), END], { end: "break" }),
    answer([], { status: 400, problems: [{ where: "first", sentence: "first must be from 0 to 9." }] }),
  ]);
  assert.equal(urls.length, 1);
});

test("a refusal in other words than ours is not repeated", async () => {
  let asked = 0;
  const refused = followed([], {
    fetch: async () => {
      asked++;
      const json = async () => JSON.parse("<html>414 URI too long</html>");
      return { ...answer([], { status: 414 }), json };
    },
  });
  await assert.rejects(refused, Refusal);
  assert.equal(asked, 1);
});

test("a mistake in what takes the messages is no trouble of the network", async () => {
  const troubles = [];
  const failed = followed([answer([points(0, 9, 1, HEAD), END])], {
    take: () => {
      throw new RangeError("offset is out of bounds");
    },
    trouble: (attempt) => troubles.push(attempt),
  });
  await assert.rejects(failed, RangeError);
  assert.deepEqual(troubles, []);
});

// Following a stream of trajectories: frames of a head and numbers, resumed where it broke off.

// The server's refusal, with its problems; asking again would not help.
export class Refusal extends Error {
  constructor(problems) {
    super(problems.map((problem) => problem.sentence).join(" "));
    this.problems = problems;
  }
}

// Bytes in, messages {head, numbers} out; app/run.py says how they are framed.
export class Frames {
  #rest = new Uint8Array(0);

  push(bytes) {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const messages = [];
    let at = 0;
    while (all.length - at >= 8) {
      const sizes = new DataView(all.buffer, at, 8);
      const head = sizes.getUint32(0, true);
      const body = sizes.getUint32(4, true);
      if (all.length - at < 8 + head + body) break;
      const text = new TextDecoder().decode(all.subarray(at + 8, at + 8 + head));
      messages.push({
        head: JSON.parse(text),
        numbers: fromPlanes(all.subarray(at + 8 + head, at + 8 + head + body)),
      });
      at += 8 + head + body;
    }
    this.#rest = all.slice(at);
    return messages;
  }
}

// Four planes of bytes -> float32 numbers.
export function fromPlanes(planes) {
  const count = planes.length / 4;
  const bytes = new Uint8Array(planes.length);
  for (let plane = 0; plane < 4; plane++) {
    for (let i = 0, at = plane * count; i < count; i++) bytes[4 * i + plane] = planes[at + i];
  }
  return new Float32Array(bytes.buffer);
}

// Hands every message to `take` until the one with "status" has come. A broken connection is
// resumed from the first missing point, `received()`; `trouble(attempt)` is told of each break, and
// of 0 when it goes on. Throws a Refusal for a request that the server does not accept, and what
// `take` throws.
export async function follow(url, { signal, take, received, trouble = () => {}, fetch, wait }) {
  let complete = false;
  for (let attempt = 1; ; attempt++) {
    try {
      const from = received();
      for await (const message of messages(from ? `${url}&first=${from}` : url, signal, fetch)) {
        if (signal.aborted) return;
        if (attempt > 1) trouble(0);
        attempt = 1;
        try {
          take(message);
        } catch (error) {
          throw new Fault(error);
        }
        complete ||= Boolean(message.head.status);
      }
      if (complete) return;
      throw new Error("the stream broke off");
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Fault) throw error.cause;
      if (error instanceof Refusal) throw error;
      if (complete) return;
      trouble(attempt);
      await wait(Math.min(250 * 2 ** (attempt - 1), 5000));
      if (signal.aborted) return;
    }
  }
}

class Fault extends Error {
  constructor(cause) {
    super("", { cause });
  }
}

async function* messages(url, signal, fetch) {
  const answer = await fetch(url, { signal });
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
    const { problems } = await answer.json().catch(() => ({
      problems: [{ where: "link", sentence: `The server refuses this (status ${answer.status}).` }],
    }));
    throw new Refusal(problems);
  }
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const frames = new Frames();
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield* frames.push(value);
  }
}

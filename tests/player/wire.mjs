// What a server would send: messages as app/run.py frames them, and answers made of them.

export function message(head, numbers = []) {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const body = new Uint8Array(new Float32Array(numbers).buffer);
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  new DataView(bytes.buffer).setUint32(4, body.length, true);
  bytes.set(text, 8);
  const count = body.length / 4;
  body.forEach((byte, i) => (bytes[8 + text.length + (i % 4) * count + Math.floor(i / 4)] = byte));
  return bytes;
}

// An answer whose body gives these parts and then ends, or breaks, or never ends.
export function answer(parts, { status = 200, end = "close", problems } = {}) {
  let next = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (next < parts.length) controller.enqueue(parts[next++]);
      else if (end === "close") controller.close();
      else if (end === "break") controller.error(new TypeError("network error"));
      else return new Promise(() => {});
    },
  });
  return { status, ok: status < 400, body, json: async () => ({ problems }) };
}

// The points first..last of runs whose every number is 100 * run + point.
export function points(first, last, runs = 1, head = {}) {
  const count = last - first + 1;
  const numbers = [];
  for (let run = 0; run < runs; run++) {
    for (let channel = 0; channel < 5; channel++) {
      for (let i = 0; i < count; i++) numbers.push(100 * run + first + i);
    }
  }
  return message({ ...head, first, count }, numbers);
}

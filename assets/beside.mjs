// Own examples that are too many for a link: the link holds their name, as "@2341.9f3a11c2", and the
// browser their numbers, as a text that goes beside it. app/beside.py reads it and makes the name.

import { landscapeOf } from "./link.mjs";

export const MOST_IN_LINK = 100;
const KNOWN = 3; // the latest sets of examples in a tab
const ROOM = 3_000_000; // characters for the latest sets in the browser, which gives five million
const CALL = 2 ** 14; // arguments, which every engine takes
const ITEM = "ravine.examples"; // [[name, text], ...], the latest last

// [[x, y], ...] -> base64 of the little-endian float64 numbers x, y, x, y, ...
export function encode(points) {
  const view = new DataView(new ArrayBuffer(16 * points.length));
  points.flat().forEach((number, i) => view.setFloat64(8 * i, number, true));
  const bytes = new Uint8Array(view.buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += CALL) text += String.fromCharCode(...bytes.subarray(at, at + CALL));
  return btoa(text);
}

// What the examples of a link are called; "" where it holds them itself or has none.
export function nameOf(link) {
  return /,points=(@[^,]*)/.exec(landscapeOf(link))?.[1] ?? "";
}

// How fetch sends a text along.
export function carrying(text) {
  return text ? { method: "POST", body: text } : {};
}

export class Beside {
  #held = "";
  #count = "";
  #known = new Map(); // name -> text; what this tab knows where nothing can be stored

  // `storage()` is the browser's, which may be forbidden or full.
  constructor(storage) {
    this.storage = storage;
  }

  // Examples as somebody has edited them: until the server has told their name they are "@2341".
  hold(points) {
    this.#held = encode(points);
    this.#count = `@${points.length}`;
    return this.#count;
  }

  // Examples as they were once, by the name that they had then.
  resume(name, text) {
    if (name.includes(".")) return this.remember(name, text, true);
    this.#held = text;
    this.#count = name;
  }

  // The text that goes beside a link; "" where it needs none, or none is known here.
  recall(link) {
    const name = nameOf(link);
    if (!name) return "";
    const [count, checksum] = name.split(".");
    if (!checksum) return this.#held;
    if (!this.#known.has(name)) this.#learn(name, new Map(this.#stored()).get(name) ?? "");
    // Those that are held may just have got their name; the server looks at the checksum.
    return this.#known.get(name) ?? (count === this.#count ? this.#held : "");
  }

  // The server has told the name of a text. While an example is being dragged there is a new one at
  // every turn, none of which is worth storing.
  remember(name, text, store) {
    this.#learn(name, text);
    if (!store) return;
    const others = this.#stored().filter(([other]) => other !== name);
    const kept = [...others, [name, text]];
    while (JSON.stringify(kept).length > ROOM) kept.shift();
    while (kept.length) {
      try {
        this.storage().setItem(ITEM, JSON.stringify(kept));
        return;
      } catch {
        kept.shift(); // full: rather the latest alone
      }
    }
  }

  #learn(name, text) {
    this.#known.delete(name);
    if (text) this.#known.set(name, text);
    for (const old of [...this.#known.keys()].slice(0, -KNOWN)) this.#known.delete(old);
  }

  #stored() {
    try {
      const sets = JSON.parse(this.storage().getItem(ITEM) ?? "[]");
      return sets.filter(([name, text]) => typeof name === "string" && typeof text === "string");
    } catch {
      return [];
    }
  }
}

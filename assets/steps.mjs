// The steps of one run as the server works them out (app/inspection.py): those round the cursor are
// there before they are wanted.

import { follow, Refusal } from "./stream.mjs";

const SOON = 16; // steps that are asked for while the link changes, as a knob is moved
const NEAR = 1000; // steps before and after the cursor that shall be there
const FAR = 1500; // after it so many are asked for, so that it is not done at every step
const MOST = 1000; // are asked for together, and before the cursor so many, so that the nearest come first:
const BEHIND = 250;
const PAUSE = 300; // ms without a newer link before more than a few steps are asked for
const PATIENCE = 250; // ms in which the first of them may still arrive when others are wanted

const idle = globalThis.requestIdleCallback ? (act) => requestIdleCallback(act, { timeout: 500 }) : (act) => setTimeout(act);

export class Steps {
  // `changed()` is told when the step that is wanted has come.
  constructor(changed) {
    this.changed = changed;
    this.now = this.before = of("", "");
  }

  // The step after point k of the run with a look, of so many steps: null where the run makes none,
  // undefined while it is not known. `ask` makes a request of the link behind `url` (see beside.mjs).
  want(url, look, k, steps, ask) {
    if (url !== this.now.url || look !== this.now.look) {
      if (this.now.known.size) this.before = this.now;
      this.now = of(url, look);
      this.rested = performance.now() + PAUSE;
      clearTimeout(this.timer);
      this.timer = null;
    }
    Object.assign(this, { k, steps, ask });
    this.#next();
    return this.now.known.get(k);
  }

  // The same of an older link, while a knob is moved.
  get stale() {
    return this.before.look === this.now.look ? this.before.known.get(this.k) : undefined;
  }

  // Why there will be no numbers, in words.
  get trouble() {
    return this.now.trouble;
  }

  // Nothing is wanted any more.
  rest() {
    this.want("", "", 0, 0, null);
    this.asked?.controller.abort();
    this.asked = null;
  }

  #next() {
    const { now, k, steps, asked } = this;
    const waits = now.url !== "" && !now.known.has(k);
    if (now.trouble) return;
    if (asked) {
      const coming = k >= asked.next && k < Math.min(asked.next + SOON, asked.end);
      if (asked.of === now && (!waits || coming)) return;
      if (asked.next === asked.first && performance.now() - asked.time < PATIENCE) return;
      asked.controller.abort();
      this.asked = null;
    }
    const pause = Math.max(0, this.rested - performance.now());
    if (waits) this.#follow(pause ? [k, Math.min(k + SOON, steps)] : missing(now.known, k, steps));
    else if (now.url && !this.timer) this.timer = setTimeout(() => idle(() => this.#ahead(now)), pause);
  }

  #ahead(meant) {
    if (meant !== this.now) return;
    this.timer = null;
    const range = this.asked ? null : missing(this.now.known, this.k, this.steps);
    if (range) this.#follow(range);
  }

  async #follow([first, end]) {
    const { now: mine, ask } = this;
    const asked = (this.asked = { of: mine, first, next: first, end, time: performance.now(), controller: new AbortController() });
    let rows = [];
    const take = ({ head }) => {
      if (head.status) return;
      if (head.first === first) rows = []; // it may have broken off, and begins again
      rows.push(...head.rows);
      head.steps.forEach((step, i) => mine.known.set(head.first + i, step && withRows(step, rows)));
      asked.next = head.first + head.steps.length;
      if (mine === this.now) forget(mine.known, this.k);
      else this.before = mine;
      if (this.k >= head.first && this.k < asked.next) this.changed();
    };
    try {
      await follow(`${mine.url}&at=${mine.look},${first},${end - first}`, {
        signal: asked.controller.signal,
        take,
        received: () => 0,
        fetch: ask,
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      mine.trouble = error.message;
      this.changed();
    }
    if (this.asked !== asked) return;
    this.asked = null;
    if (this.now.url) this.#next();
  }
}

function of(url, look) {
  return { url, look, known: new Map(), trouble: "" };
}

// The numbers of rows -> the rows themselves.
function withRows(step, rows) {
  return { ...step, formulas: step.formulas.map((lines) => lines.map(([row, ...texts]) => ({ row: rows[row], texts }))) };
}

// The steps that are to be asked for next, [first, end), or null: those after the cursor come first.
export function missing(known, k, steps) {
  let first = k;
  while (first < Math.min(k + NEAR, steps) && known.has(first)) first++;
  let end = first;
  if (first < Math.min(k + NEAR, steps)) {
    while (end < Math.min(k + FAR, first + MOST, steps) && !known.has(end)) end++;
    return [first, end];
  }
  end = k;
  while (end > Math.max(0, k - NEAR) && known.has(end - 1)) end--;
  first = end;
  while (first > Math.max(0, end - BEHIND) && !known.has(first - 1)) first--;
  return first < end && end > k - NEAR ? [first, end] : null;
}

// Of a long run only what is near the cursor stays.
function forget(known, k) {
  if (known.size <= 4 * FAR) return;
  for (const step of known.keys()) if (Math.abs(step - k) > 2 * FAR) known.delete(step);
}

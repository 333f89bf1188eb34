// The numbers of slices: f along a line through every point of a run.

import { Asked } from "./asked.mjs";

// The numbers at every mark, as app/slices.py sends them; the slices themselves follow.
const COLUMNS = ["x", "y", "gap", "slope", "move", "from"];
const STRETCH = 4; // times as high as what it shows is an axis at the most
const WINDOW = 1 / 50; // of all marks, whose slices an axis has room for before and after

// Each run is asked for by itself, so that one more costs one more; what was told of it stays until
// there is an answer.
export class Slices {
  #asked = new Map(); // by look

  constructor(changed) {
    this.changed = changed;
  }

  // Along which line the runs of these looks are wanted; `ask` makes a request of the link.
  ask(link, looks, along, ask) {
    for (const [own, asked] of this.#asked) {
      if (looks.includes(own)) continue;
      this.#asked.delete(own);
      asked.ask("", null, false);
    }
    for (const own of looks) {
      if (!this.#asked.has(own)) this.#asked.set(own, new Asked("slices", unpack, () => this.#asked.has(own) && this.changed()));
      this.#asked.get(own).ask(`${link}&at=${own},${along}`, ask);
    }
  }

  // What is known of a run, or null.
  told(own) {
    return this.#asked.get(own)?.runs.at(-1) ?? null;
  }
}

// {look, along, marks, lowest, length, x, y, gap, slope, move, from} with a number at each mark, and there
// also `gaps` and `slopes` along the line with the `heights` and `tilts` that an axis has room for.
export function unpack(head, numbers) {
  const count = head.marks.length;
  const columns = COLUMNS.map((name, i) => [name, numbers.subarray(i * count, (i + 1) * count)]);
  const size = (numbers.length / count - COLUMNS.length) / 2;
  const all = numbers.subarray(COLUMNS.length * count);
  const rows = (first) =>
    Array.from({ length: count }, (_, i) => all.subarray((first + i) * size, (first + i + 1) * size));
  const told = { ...head, ...Object.fromEntries(columns), gaps: rows(0), slopes: rows(count) };
  told.heights = stretches(told.gaps.map((gaps, i) => room(gaps, told.gap[i])));
  told.tilts = stretches(told.slopes.map((slopes, i) => room(slopes, told.slope[i], 0)));
  return told;
}

// The last mark no later than a step.
export function markAt({ marks }, step) {
  return Math.max(0, marks.findLastIndex((mark) => mark <= step));
}

// The least and the largest of these numbers, but for those that stand out by far; all of `others`
// are in between. Null for no numbers.
export function room(numbers, ...others) {
  const sorted = numbers.filter(Number.isFinite).sort();
  if (!sorted.length) return null;
  const last = sorted.length - 1;
  const [first, third] = [sorted[Math.round(last / 4)], sorted[Math.round((3 * last) / 4)]];
  const far = 1.5 * (third - first);
  const known = others.filter(Number.isFinite);
  return [
    Math.min(Math.max(sorted[0], first - far), ...known),
    Math.max(Math.min(sorted[last], third + far), ...known),
  ];
}

// A range for each of these (or null), so that an axis seldom changes: the same for all of a stretch,
// which ends where it would be much too large for one of them. It depends on the step alone, not on
// how one has come there.
export function stretches(ranges) {
  const known = ranges.flatMap((range, i) => (range ? [i] : []));
  const reach = Math.floor(known.length * WINDOW);
  const wide = known.map((_, j) => union(known.slice(Math.max(0, j - reach), j + reach + 1).map((i) => ranges[i])));
  const found = ranges.map(() => null);
  for (let from = 0, to; from < wide.length; from = to) {
    let all = wide[from];
    let least = span(all);
    for (to = from + 1; to < wide.length; to++) {
      const next = union([all, wide[to]]);
      least = Math.min(least, span(wide[to]));
      if (span(next) > STRETCH * least) break;
      all = next;
    }
    for (let j = from; j < to; j++) found[known[j]] = all;
  }
  return found;
}

// The same range for all, unless one of them had less than a quarter of it.
export function shared(ranges) {
  if (!ranges.length) return ranges;
  const all = union(ranges);
  return ranges.every((range) => span(all) <= STRETCH * span(range)) ? ranges.map(() => all) : ranges;
}

function union(ranges) {
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}

function span([low, high]) {
  return high - low;
}

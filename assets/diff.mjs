// Two runs side by side: what differs in their settings, and where their paths parted.

import { element } from "./element.mjs";
import { format } from "./numbers.mjs";

// Paths have parted where they are farther apart than this share of the picture's diagonal.
const SHARE = 1e-3;
const WORDS = { warmup: "warm-up", y_rate: "rate along y", as: "as defined by" };
const USUAL = { warmup: "0", y_rate: "1", as: "PyTorch" };

// "adam,lr=0.1" -> ["adam", {lr: "0.1"}]
function thing(text) {
  const [key, ...settings] = text.split(",");
  return [key, Object.fromEntries(settings.map((setting) => setting.split("=")))];
}

// A run as it stands in a link, taken apart.
function readRun(text) {
  const [own, past] = text.split(/\/fork=(.*)/s);
  const [optimizer, schedule = "constant", ...rest] = own.split("/");
  const told = rest.filter((part) => /^\w+=/.test(part)).map((part) => part.split("="));
  const wrappers = rest.filter((part) => !/^\w+=/.test(part)).map(thing);
  const begins = past === undefined ? "the start" : `step ${past.split("/")[0]} of ${plain(thing(past.split("/")[1])[0])}`;
  return { optimizer: thing(optimizer), schedule: thing(schedule), wrappers: Object.fromEntries(wrappers), told: { ...USUAL, ...Object.fromEntries(told) }, begins, past };
}

const plain = (key) => key.replaceAll("_", " ");
const both = (a, b) => [...new Set([...Object.keys(a), ...Object.keys(b)])];

// [what, of the one, of the other] of all that differs between two runs of a link.
export function differences(one, other) {
  const [a, b] = [one, other].map(readRun);
  const found = [];
  const differ = (what, first, second) => first !== second && found.push([what, first ?? "–", second ?? "–"]);
  const knobs = (first, second, of = "") => {
    for (const knob of both(first, second)) differ(`${of}${knob}`, first[knob], second[knob]);
  };
  if (a.past !== b.past) found.push(["goes on from", a.begins, b.begins]);
  for (const part of ["optimizer", "schedule"]) {
    differ(part, plain(a[part][0]), plain(b[part][0]));
    knobs(a[part][1], b[part][1]);
  }
  for (const key of both(a.wrappers, b.wrappers)) {
    const [first, second] = [a.wrappers[key], b.wrappers[key]];
    if (first && second) knobs(first, second, `${plain(key)}: `);
    else differ(plain(key), ...[first, second].map((own) => (own ? Object.entries(own).map((pair) => pair.join(" ")).join(", ") || "yes" : "no")));
  }
  for (const key of Object.keys(WORDS)) differ(WORDS[key], a.told[key], b.told[key]);
  return found;
}

// How far apart two runs are at a point: infinitely if one has overflowed, and not at all if both have.
export function apart(a, b, k) {
  const over = [a, b].map(({ x, y }) => !Number.isFinite(x[k] + y[k]));
  if (over[0] || over[1]) return over[0] && over[1] ? 0 : Infinity;
  return Math.hypot(a.x[k] - b.x[k], a.y[k] - b.y[k]);
}

// The last point up to which two runs have the same numbers, -1 for none, and the first at which they
// are farther apart than `far`, null for none; of the points 0 to `last`.
export function parting(a, b, last, far) {
  let same = -1;
  while (same < last && apart(a, b, same + 1) === 0) same++;
  for (let k = same + 1; k <= last; k++) if (apart(a, b, k) > far) return { same, parted: k };
  return { same, parted: null };
}

export class Diff {
  // `fold` is the element that opens and closes it; `wanted` are the two runs that are compared, as
  // "0.3", "" for none, and `chosen(wanted)` is told of others.
  constructor(fold, wanted, chosen) {
    Object.assign(this, { fold, wanted });
    fold.open = wanted !== "";
    this.box = fold.querySelector("#difference");
    this.selects = ["one run", "the other run"].map((label) => {
      const select = document.createElement("select");
      select.setAttribute("aria-label", label);
      select.addEventListener("change", () => chosen(this.#looks()));
      return select;
    });
    this.box.before(...this.selects);
    fold.addEventListener("toggle", () => {
      if (fold.open !== (this.wanted !== "")) chosen(fold.open ? this.#looks() : "");
    });
  }

  #looks() {
    return this.selects.map((select) => select.value || "0").join(".");
  }

  // The runs of these looks, at point k; `size` is the diagonal of the picture. Nothing is computed
  // while it is closed.
  show(wanted, trails, runs, size, k) {
    this.wanted = wanted;
    const options = JSON.stringify(runs.map(({ look, name }) => [look, name]));
    if (options !== this.options) {
      this.options = options;
      for (const select of this.selects) select.replaceChildren(...runs.map(({ look, name }) => new Option(name, look)));
      // What was not chosen yet is a run that goes on from another, and that one.
      const fork = runs.find((run) => run.fork && runs[run.fork.parent]);
      const usual = fork ? [runs[fork.fork.parent], fork] : runs;
      this.selects.forEach((select, i) => (select.value = usual[i]?.look ?? usual[0]?.look ?? ""));
    }
    if (wanted === "") return;
    const looks = wanted.split(".").map(Number);
    const pair = looks.map((look) => runs.findIndex((run) => run.look === look));
    if (pair.some((i) => i < 0 || !trails.runs[i])) {
      this.key = null;
      this.box.replaceChildren(element("p", "There are no two such runs any more: choose others.", { className: "quiet" }));
      return;
    }
    this.selects.forEach((select, i) => {
      if (select.value !== String(looks[i])) select.value = looks[i];
    });
    const [a, b] = pair.map((i) => trails.runs[i]);
    const key = JSON.stringify([trails.link, trails.have, options, pair, size]);
    if (key !== this.key || trails !== this.trails) {
      [this.key, this.trails] = [key, trails];
      const texts = new URLSearchParams(trails.link).getAll("run").filter((run) => run);
      this.parting = parting(a, b, trails.have - 1, SHARE * size);
      this.#fill(pair.map((i) => runs[i].name), differences(...pair.map((i) => texts[i])));
    }
    const words = told(a, b, this.parting, trails, SHARE * size, k);
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  #fill(names, found) {
    const table = document.createElement("table");
    table.createCaption().textContent = found.length ? "what differs in their settings" : "Their settings are the same.";
    if (found.length) {
      const head = table.createTHead().insertRow();
      for (const name of ["setting", ...names]) head.append(element("th", name, { scope: "col", title: name }));
    }
    const body = table.createTBody();
    for (const [what, ...values] of found) {
      body.insertRow().append(element("th", what, { scope: "row", title: what }), ...values.map((value) => element("td", value)));
    }
    this.words = element("p", "", { className: "quiet" });
    this.box.replaceChildren(table, this.words);
  }
}

// Where two runs parted and how far apart they are, in words.
export function told(a, b, { same, parted }, { have, steps }, far, k) {
  const last = have - 1;
  const way = (at) => {
    const distance = apart(a, b, at);
    return distance === Infinity ? "infinitely far, as one has overflowed," : format(distance);
  };
  if (same >= last) return `The same numbers at every step${last < steps ? " so far" : ""}.`;
  const words = [same < 0 ? "They start apart." : same > 0 ? `The same numbers up to step ${same}.` : "They start together."];
  const limit = `${format(far)}, a thousandth of the picture's diagonal`;
  words.push(parted === null ? `Never farther apart than ${limit}.` : `At step ${parted} they are first farther apart than ${limit}.`);
  words.push(`At step ${k}: ${way(Math.min(k, last))} apart${last < steps ? "" : `; at the end: ${way(last)} apart`}.`);
  return words.join(" ");
}

// The leaderboard: who was best, in measured numbers and a sentence each.

import { Asked } from "./asked.mjs";
import { element } from "./element.mjs";
import { look } from "./looks.mjs";
import { format } from "./numbers.mjs";

// Of a run; app/verdicts.py says what they are.
const COLUMNS = [
  ["loss", "f at the end", "the loss after the last step"],
  ["steps", "steps to target", "how many steps it took to reach the target"],
  ["gradients", "cost", "what was asked for until then, in gradients: a value counts a third, a Hessian two"],
  ["length", "path", "the length of the path"],
  ["sideways", "sideways", "the share of the path that went across the valley and not along it"],
  ["crossings", "turns", "how often it crossed the valley, or turned back"],
];

// Its runs are {said, numbers}.
export class Verdicts extends Asked {
  // `fold` is the element that opens and closes it; `toggled(open)` is told when it does.
  constructor(fold, toggled, changed) {
    super("verdicts", ({ said, numbers }) => ({ said, numbers }), changed);
    this.fold = fold;
    this.box = fold.querySelector("#leaderboard");
    fold.addEventListener("toggle", () => toggled(fold.open));
  }

  // A table of the visible runs, the best first, with the sentence of each below its numbers.
  show(runs) {
    const { order = [], target } = this.end;
    const placed = order.filter((i) => runs[i]?.visible && this.runs[i]);
    const table = document.createElement("table");
    const words = target === null || target === undefined ? "the lowest first" : `target: f ≤ ${format(target)}; first to reach it first`;
    table.createCaption().textContent = placed.length ? words : "…";
    const head = table.createTHead().insertRow();
    for (const [, title, meaning] of [["", "run", ""], ...COLUMNS]) head.append(element("th", title, { scope: "col", title: meaning }));
    const style = getComputedStyle(document.documentElement);
    placed.forEach((i, place) => {
      const { said, numbers } = this.runs[i];
      const body = table.createTBody();
      const row = body.insertRow();
      const { glyph, colour } = look(runs[i].look, style);
      const name = element("th", ` ${runs[i].name}`, { scope: "row", title: runs[i].name });
      const mark = Object.assign(document.createElement("span"), { className: "glyph", textContent: `${place + 1} ${glyph}` });
      mark.style.color = colour;
      name.prepend(mark);
      row.append(name, ...COLUMNS.map(([key]) => element("td", told(key, numbers[key]))));
      body.insertRow().append(element("td", said, { colSpan: COLUMNS.length + 1, className: "said" }));
    });
    this.box.replaceChildren(table);
  }
}

function told(key, value) {
  if (value === null) return "–";
  return key === "sideways" ? `${Math.round(100 * value)} %` : format(value);
}

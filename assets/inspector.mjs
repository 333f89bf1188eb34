// The next step of one run, worked out by the server from the rule's own lines (app/inspection.py).

import { look } from "./looks.mjs";
import { format } from "./numbers.mjs";
import { Steps } from "./steps.mjs";

// What an arrow of each phase means, in the order of a step.
const PHASES = {
  gradient: "downhill, as the rule is told",
  memory: "what it remembers",
  correction: "where it looks ahead",
  step: "the step, to scale",
};
const WAIT = 400; // ms without the numbers before it is said that they are missing

export class Inspector {
  // `fold` is the element that opens and closes it, of which `opened(open)` is told; `menu` chooses
  // the run, and `changed()` is told when there is something else to show and to draw.
  constructor(fold, menu, opened, changed) {
    this.fold = fold;
    this.box = fold.querySelector("#inspected");
    this.sheet = new Sheet();
    this.steps = new Steps(() => {
      this.#wait(false);
      changed();
    });
    const note = Object.assign(document.createElement("span"), { className: "quiet waiting", textContent: " working it out …" });
    this.box.before(menu, note);
    fold.addEventListener("toggle", () => opened(fold.open));
  }

  // The step after point k of a run that has so many `steps`, or of null for none: what the stage
  // draws of it, or null. `ask` makes a request of the link.
  want(run, link, k, steps, ask) {
    Object.assign(this, { run, told: null, words: "" });
    const over = k >= steps;
    const now = run ? this.steps.want(`step?${link}`, run.look, Math.min(k, steps - 1), steps, ask) : this.steps.rest();
    const { stale, trouble } = this.steps;
    const waits = run !== null && !over && now === undefined && !trouble;
    this.#wait(waits);
    const told = waits ? stale : now;
    if (over && run) this.words = "No step comes after the last one: go back to see one worked out.";
    else if (told) this.told = { ...told, step: k + 1, look: String(run.look) };
    else if (waits) this.words = null; // what stands there stays for the moment
    else if (run) this.words = trouble || "There is no next step: the run has stopped, or overflowed.";
    return this.told;
  }

  // The same in words and formulas.
  say() {
    const { box, sheet, run, told } = this;
    const words = this.words ?? (box.firstChild === sheet.head ? null : "Working it out …");
    if (told) {
      sheet.fill(told, run);
      box.style.minHeight = "";
      if (box.firstChild !== sheet.head) box.replaceChildren(...sheet.parts);
    } else if (words !== null && (words === "" || box.textContent !== words)) {
      // What follows stays where it is.
      if (words && box.firstChild === sheet.head) box.style.minHeight = `${box.offsetHeight}px`;
      box.replaceChildren(...(words ? [paragraph(words)] : []));
    }
  }

  #wait(waiting) {
    if (!waiting) {
      clearTimeout(this.timer);
      this.timer = null;
      this.fold.removeAttribute("aria-busy");
    } else this.timer ??= setTimeout(() => this.fold.setAttribute("aria-busy", "true"), WAIT);
  }
}

// What is told of a step. Its elements stay from step to step, and what differs is written into them.
class Sheet {
  constructor() {
    this.head = paragraph("");
    this.title = this.head.appendChild(document.createElement("strong"));
    this.goes = this.head.appendChild(new Text(""));
    this.worked = document.createElement("div");
    this.rates = paragraph("");
    this.ellipses = paragraph("");
    this.legend = Object.assign(document.createElement("ul"), { className: "arrows" });
    this.parts = [this.head, this.worked, this.rates, this.ellipses, this.legend];
  }

  fill({ step, formulas, rate, gradient, move, from, arrows, curvature, metric }, run) {
    write(this.title, `Step ${step} of ${run.name}`);
    write(this.goes, ` goes from ${pair(from)} by ${pair(move)}; the slope is ${pair(gradient)}.`);
    while (this.worked.childElementCount > formulas.length) this.worked.lastChild.remove();
    while (this.worked.childElementCount < formulas.length) this.worked.append(formula());
    formulas.forEach((lines, i) => fillSlots(this.worked.children[i], lines));
    write(this.rates, `Plain descent would need the rates ${pair(rate)} along the two axes for the same step.`);
    write(this.ellipses, shapes(curvature, metric));
    const { colour } = look(run.look, getComputedStyle(document.documentElement));
    const key = JSON.stringify([colour, arrows.map(({ name, phase }) => [name, phase])]);
    if (key !== this.key) this.legend.replaceChildren(...legend(arrows, colour));
    this.key = key;
  }
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function pair(numbers) {
  return `(${numbers.map((number) => format(number ?? NaN)).join(", ")})`;
}

// It may be wider than the column: then it scrolls, by keys too.
function formula() {
  const line = Object.assign(document.createElement("div"), { className: "worked", tabIndex: 0 });
  line.setAttribute("role", "group");
  line.setAttribute("aria-label", "a formula with the numbers of this step");
  return line;
}

// Lines {row, texts}: the rows of MathML are made anew only where others are wanted.
export function fillSlots(element, lines) {
  const mathml = lines.map(({ row }) => row).join("");
  if (element.mathml !== mathml) {
    element.mathml = mathml;
    element.innerHTML = `<math display="block"><mtable>${mathml}</mtable></math>`;
    element.slots = Array.from(element.querySelectorAll(".slot"), (slot) => slot.appendChild(new Text("")));
  }
  lines.flatMap(({ texts }) => texts).forEach((text, i) => {
    if (element.slots[i].data !== text) element.slots[i].data = text;
  });
}

function shapes(curvature, metric) {
  const bent = eigen(curvature);
  const bound = bent && bent[0].value > 0 ? ` Plain descent holds below 2/λ = ${format(2 / bent[0].value)} here.` : "";
  const shape = bent
    ? `◯ f bends by λ = ${format(bent[0].value)} at ${Math.round(bent[0].degrees)}° to the first axis, and by ${format(bent[1].value)} across it${bent[1].value < 0 ? ", which is downwards" : ""}.${bound}`
    : "f has no curvature here.";
  return shape + (metric ? ` ◌ The rule's own metric multiplies its direction by ${pair(metric)}.` : "");
}

function legend(arrows, colour) {
  return Object.entries(PHASES).flatMap(([phase, meaning]) => {
    const names = arrows.filter((arrow) => arrow.phase === phase).map((arrow) => arrow.name);
    if (!names.length) return [];
    const item = Object.assign(document.createElement("li"), { textContent: `${names.join(", ")}: ${meaning}` });
    item.dataset.phase = phase;
    if (phase === "step" || phase === "memory") item.style.setProperty("--arrow", colour);
    return [item];
  });
}

function paragraph(words) {
  return Object.assign(document.createElement("p"), { className: "quiet", textContent: words });
}

// The eigenvalues of a symmetric matrix [xx, xy, yy] and the angles of their lines, the largest value
// first; null where it is not finite, or nothing.
export function eigen([xx, xy, yy]) {
  if ([xx, xy, yy].includes(null) || (xx === 0 && xy === 0 && yy === 0)) return null;
  const [mean, apart] = [(xx + yy) / 2, Math.hypot((xx - yy) / 2, xy)];
  const degrees = ((Math.atan2(2 * xy, xx - yy) / 2) * 180) / Math.PI;
  return [{ value: mean + apart, degrees: (degrees + 180) % 180 }, { value: mean - apart, degrees: (degrees + 270) % 180 }];
}

// Round a head: where f rises by equal amounts as it bends there, and where the rule's own metric
// sees the same distance. Only their shapes count: the longer half of each has `WIDE` pixels.
const WIDE = 46;

// One unit along y is as long as `stretch` along x.
export function drawEllipses(context, [px, py], { curvature, metric }, { ink, halo, colour }, stretch = 1) {
  const bent = eigen(curvature.map((bend, i) => (bend === null ? null : bend / stretch ** i)));
  const halves = (first, second) => [first, second].map((half) => Math.max((WIDE * half) / Math.max(first, second), 3));
  const shapes = [];
  if (bent) {
    // Flat along a line, the ellipse is as long as it is drawn.
    const [sharp, flat] = bent.map(({ value }) => 1 / Math.sqrt(Math.max(Math.abs(value), 1e-300)));
    shapes.push({ halves: halves(sharp, flat), degrees: bent[0].degrees, stroke: ink, dash: bent[1].value < 0 ? [6, 4] : [] });
  }
  if (metric) shapes.push({ halves: halves(Math.sqrt(metric[0]), Math.sqrt(metric[1]) * stretch), degrees: 0, stroke: colour, dash: [1.5, 3] });
  for (const { halves: [a, b], degrees, stroke, dash } of shapes) {
    for (const [width, style] of [[3.6, halo], [1.5, stroke]]) {
      context.beginPath();
      context.ellipse(px, py, a, b, (-degrees * Math.PI) / 180, 0, 2 * Math.PI);
      context.setLineDash(width < 3 ? dash : []);
      context.lineWidth = width;
      context.strokeStyle = style;
      context.stroke();
    }
  }
  context.setLineDash([]);
}

// The arrows at a run's head as lines on a canvas: [{name, phase, from: [px, py], to: [px, py]}]. The
// step is as long as it is, the others show directions: the longest of them has `LONGEST` pixels.
const LONGEST = 64;
const SHORTEST = 14;
export const toScale = ({ phase, name }) => phase === "step" || name === "look-ahead";

export function arrowLines(arrows, pixel) {
  const spans = arrows.map(({ tail, vector }) => {
    if ([...tail, ...vector].some((number) => number === null)) return null;
    const from = pixel(...tail);
    const to = pixel(tail[0] + vector[0], tail[1] + vector[1]);
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    return { from, dx, dy, length: Math.hypot(dx, dy) };
  });
  const longest = Math.max(...spans.map((span, i) => (span && !toScale(arrows[i]) ? span.length : 0)));
  return arrows.flatMap(({ name, phase }, i) => {
    const span = spans[i];
    if (!span || !(span.length > 0) || !Number.isFinite(span.length)) return [];
    // Of lengths that differ by powers of ten a root is what can be seen of all.
    const wanted = toScale(arrows[i]) ? span.length : LONGEST * Math.cbrt(span.length / longest);
    const factor = Math.max(wanted, SHORTEST) / span.length;
    const [x, y] = span.from;
    return [{ name, phase, from: [x, y], to: [x + span.dx * factor, y + span.dy * factor] }];
  });
}

export function drawArrows(context, lines, { ink, quiet, halo, colour, type }) {
  const colours = { gradient: ink, memory: colour, correction: quiet, step: colour };
  context.font = `12px ${type}`;
  context.lineCap = "round";
  for (const { name, phase, from, to } of lines) {
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
    const path = new Path2D();
    path.moveTo(...from);
    path.lineTo(...to);
    for (const side of [-0.45, 0.45]) {
      path.moveTo(...to);
      path.lineTo(to[0] - 8 * Math.cos(angle + side), to[1] - 8 * Math.sin(angle + side));
    }
    for (const [width, stroke] of [[5, halo], [phase === "step" ? 2.8 : 1.8, colours[phase]]]) {
      context.setLineDash(phase === "memory" && width < 5 ? [5, 3] : []);
      context.lineWidth = width;
      context.strokeStyle = stroke;
      context.stroke(path);
    }
    context.setLineDash([]);
    const at = [to[0] + 10 * Math.cos(angle) - 6, to[1] + 12 * Math.sin(angle) + 4];
    context.lineWidth = 3;
    context.strokeStyle = halo;
    context.strokeText(name, ...at);
    context.fillStyle = colours[phase];
    context.fillText(name, ...at);
  }
}

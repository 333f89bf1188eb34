// The next step of one run, worked out by the server from the rule's own lines (app/inspection.py).

import { Asking } from "./asking.mjs";
import { look } from "./looks.mjs";
import { format } from "./numbers.mjs";

// What an arrow of each phase means, in the order of a step.
const PHASES = {
  gradient: "downhill, as the rule is told",
  memory: "what it remembers",
  correction: "where it looks ahead",
  step: "the step, to scale",
};

export class Inspector {
  // `fold` is the element that opens and closes it; `chosen(look)` is told of the run that is to be
  // shown, "" for none, and `changed()` when there are other arrows to draw.
  constructor(fold, chosen, changed) {
    Object.assign(this, { fold, changed });
    this.box = fold.querySelector("#inspected");
    this.shown = null; // {look, step, arrows, ...}, or null
    this.asking = new Asking((question, response) => this.#take(question, response));
    this.select = document.createElement("select");
    this.select.setAttribute("aria-label", "the run whose step is worked out");
    this.select.addEventListener("change", () => chosen(this.select.value));
    this.box.before(this.select);
    fold.addEventListener("toggle", () => chosen(fold.open ? this.select.value || "0" : ""));
  }

  // Which run is shown, of those that can be seen: the one of a look, or the first; null if closed.
  choose(runs, wanted) {
    const visible = runs.filter((run) => run.visible);
    const run = visible.find(({ look }) => String(look) === wanted) ?? visible[0];
    const key = JSON.stringify(visible.map(({ look, name }) => [look, name]));
    if (key !== this.key) {
      this.key = key;
      this.select.replaceChildren(...visible.map(({ look, name }) => new Option(name, look)));
    }
    if (run && this.select.value !== String(run.look)) this.select.value = run.look;
    return (wanted !== "" && run) || null;
  }

  // The step after point k of a run, or null for none; `ask` makes a request of the link.
  want(run, link, k, ask) {
    const question = run && { url: `step?${link}&at=${run.look},${k}`, run, ask };
    if (this.asking.put(question) && !question) this.#show(null);
  }

  async #take({ run }, response) {
    const told = await response.json();
    if (this.asking.url) this.#show(response.ok ? { ...told, run, look: String(run.look) } : null, told.problems?.[0].sentence);
  }

  #show(told, words = "") {
    this.shown = told;
    this.box.replaceChildren(...(told ? describe(told) : [paragraph(words)]));
    this.changed();
  }
}

function describe({ run, step, formulas, rate, gradient, move, from, arrows, curvature, metric }) {
  const pair = (numbers) => `(${numbers.map((number) => format(number ?? NaN)).join(", ")})`;
  const name = Object.assign(document.createElement("strong"), { textContent: `Step ${step} of ${run.name}` });
  const head = paragraph(` goes from ${pair(from)} by ${pair(move)}; the slope is ${pair(gradient)}.`);
  head.prepend(name);
  const worked = formulas.map((mathml) => {
    // It may be wider than the column: then it scrolls, by keys too.
    const line = Object.assign(document.createElement("div"), { className: "worked", tabIndex: 0, innerHTML: mathml });
    line.setAttribute("role", "group");
    line.setAttribute("aria-label", "a formula with the numbers of this step");
    return line;
  });
  const rates = paragraph(`Plain descent would need the rates ${pair(rate)} along the two axes for the same step.`);
  const bent = eigen(curvature);
  const bound = bent && bent[0].value > 0 ? ` Plain descent holds below 2/λ = ${format(2 / bent[0].value)} here.` : "";
  const shape = bent
    ? `◯ f bends by λ = ${format(bent[0].value)} at ${Math.round(bent[0].degrees)}° to the first axis, and by ${format(bent[1].value)} across it${bent[1].value < 0 ? ", which is downwards" : ""}.${bound}`
    : "f has no curvature here.";
  const own = metric ? ` ◌ The rule's own metric multiplies its direction by ${pair(metric)}.` : "";
  const ellipses = paragraph(shape + own);
  const legend = document.createElement("ul");
  legend.className = "arrows";
  const { colour } = look(run.look, getComputedStyle(document.documentElement));
  for (const [phase, meaning] of Object.entries(PHASES)) {
    const names = arrows.filter((arrow) => arrow.phase === phase).map((arrow) => arrow.name);
    if (!names.length) continue;
    const item = Object.assign(document.createElement("li"), { textContent: `${names.join(", ")}: ${meaning}` });
    item.dataset.phase = phase;
    if (phase === "step" || phase === "memory") item.style.setProperty("--arrow", colour);
    legend.append(item);
  }
  return [head, ...worked, rates, ellipses, legend];
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

export function drawEllipses(context, [px, py], { curvature, metric }, { ink, halo, colour }) {
  const bent = eigen(curvature);
  const halves = (first, second) => [first, second].map((half) => Math.max((WIDE * half) / Math.max(first, second), 3));
  const shapes = [];
  if (bent) {
    // Flat along a line, the ellipse is as long as it is drawn.
    const [sharp, flat] = bent.map(({ value }) => 1 / Math.sqrt(Math.max(Math.abs(value), 1e-300)));
    shapes.push({ halves: halves(sharp, flat), degrees: bent[0].degrees, stroke: ink, dash: bent[1].value < 0 ? [6, 4] : [] });
  }
  if (metric) shapes.push({ halves: halves(Math.sqrt(metric[0]), Math.sqrt(metric[1])), degrees: 0, stroke: colour, dash: [1.5, 3] });
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

export function arrowLines(arrows, pixel) {
  const spans = arrows.map(({ tail, vector }) => {
    if ([...tail, ...vector].some((number) => number === null)) return null;
    const from = pixel(...tail);
    const to = pixel(tail[0] + vector[0], tail[1] + vector[1]);
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    return { from, dx, dy, length: Math.hypot(dx, dy) };
  });
  const free = ({ phase, name }) => phase !== "step" && name !== "look-ahead";
  const longest = Math.max(...spans.map((span, i) => (span && free(arrows[i]) ? span.length : 0)));
  return arrows.flatMap(({ name, phase }, i) => {
    const span = spans[i];
    if (!span || !(span.length > 0) || !Number.isFinite(span.length)) return [];
    // Of lengths that differ by powers of ten a root is what can be seen of all.
    const wanted = free(arrows[i]) ? LONGEST * Math.cbrt(span.length / longest) : span.length;
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

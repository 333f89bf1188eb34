// The numbers of the step that is shown, one row a run, and what became of each.

import { look } from "./looks.mjs";

const COLUMNS = ["run", "f", "|g|", "rate"]; // and the landscape's axes

export function format(value, digits = 4) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "> 3e38" : "< −3e38";
  const size = Math.abs(value);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−").replace("e−", "e-");
}

// The table of all visible runs at point k; `axes` are the names of the landscape's.
export function fillTable(box, trails, runs, k, axes) {
  const style = getComputedStyle(document.documentElement);
  const shown = runs.map((run, i) => ({ ...run, i })).filter((run) => run.visible && trails.runs[run.i]);
  const key = [...axes, ...shown.map((run) => `${run.look} ${run.name} ${look(run.look, style).colour}`)].join("|");
  if (box.dataset.key !== key) {
    box.dataset.key = key;
    const table = document.createElement("table");
    table.append(document.createElement("caption"));
    const head = table.createTHead().insertRow();
    for (const name of [...COLUMNS, ...axes]) head.append(Object.assign(document.createElement("th"), { textContent: name, scope: "col" }));
    const body = table.createTBody();
    for (const run of shown) {
      const row = body.insertRow();
      const { glyph, colour } = look(run.look, style);
      const name = Object.assign(document.createElement("th"), { scope: "row", title: run.name });
      const mark = Object.assign(document.createElement("span"), { textContent: glyph, className: "glyph" });
      mark.style.color = colour;
      name.append(mark, ` ${run.name}`);
      row.append(name);
      for (let i = 1; i < COLUMNS.length + axes.length; i++) row.insertCell();
    }
    box.replaceChildren(table);
  }
  const table = box.querySelector("table");
  table.caption.textContent = `step ${k}`;
  shown.forEach((run, i) => {
    const { x, y, gap, slope, lr } = trails.runs[run.i];
    const texts = [format(trails.lowest + gap[k]), format(slope[k]), k ? format(lr[k], 3) : "–", format(x[k], 3), format(y[k], 3)];
    texts.forEach((text, j) => (table.tBodies[0].rows[i].cells[j + 1].textContent = text));
  });
}

const SIGNS = { converged: "✓", stopped: "■", stalled: "‖", moving: "→", left: "↗", diverged: "✕" };

// Under each run: what became of it, as soon as the step shown is the one that decided it.
export function fillStatuses(trails, runs, k) {
  runs.forEach((run, i) => {
    const element = document.querySelector(`[data-status="${run.look}"]`);
    const status = trails.runs[i]?.status;
    if (!element) return;
    const decided = status && (k >= status.step || k >= trails.steps);
    const text = decided ? sentence(status) : trails.done ? "→ moving" : "…";
    if (element.textContent !== text) element.textContent = text;
    element.dataset.kind = decided ? status.kind : "moving";
    const apart = document.querySelector(`[data-apart="${run.look}"]`);
    if (apart && apart.textContent !== (status?.apart ?? "")) apart.textContent = status?.apart ?? "";
  });
}

// Under each run that is repeated: where its repeats went.
export function fillRepeats(repeats, runs) {
  runs.forEach((run, i) => {
    const element = document.querySelector(`[data-repeats="${run.look}"]`);
    const text = repeats[i]?.said ?? "";
    if (element && element.textContent !== text) element.textContent = text;
  });
}

export function sentence({ kind, step, reason }) {
  const words = {
    converged: `converged: from step ${step} on ${reason}`,
    stopped: `stopped at step ${step}: ${reason}`,
    stalled: `stalled at step ${step}: ${reason}`,
    moving: `still moving after ${step} steps: ${reason}`,
    left: reason,
    diverged: `diverged: ${reason}`,
  };
  return `${SIGNS[kind]} ${words[kind] ?? reason}`;
}

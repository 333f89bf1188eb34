// The surface as one run sees it at the step that is shown, as lines over the whole surface's.

import { Asking } from "./asking.mjs";
import { Frames } from "./stream.mjs";

const library = () => import("./vendor/d3-contour.mjs");

export class Seen {
  // `changed()` is told when there are other lines to draw.
  constructor(changed) {
    this.changed = changed;
    this.lines = null; // {look, step, lines: [[[x, y], ...], ...] in shares of the picture}
    this.asking = new Asking((question, response) => this.#take(question, response));
  }

  // What is wanted now: the run of this look at a step, or "" for none. `levels` are those of the
  // whole surface, `ask` makes a request of the link.
  want(look, link, step, levels, ask) {
    const question = look === "" ? null : { url: `seen?${link}&at=${look},${step}`, look, step, levels, ask };
    if (!this.asking.put(question) || question) return;
    this.lines = null;
    this.changed();
  }

  async #take({ look, step, levels }, response) {
    const { contours } = await library();
    const [message] = response.ok ? new Frames().push(new Uint8Array(await response.arrayBuffer())) : [];
    if (!this.asking.url) return; // it is not wanted any more
    this.lines = message ? { look, step, lines: outlines(contours, message, levels) } : null;
    this.changed();
  }
}

// Heights -> closed lines at some of the levels, in shares of the picture's width and height.
export function outlines(contours, { head, numbers }, levels) {
  const last = head.rows - 1;
  const between = levels.slice(1, -1).filter((_, i) => i % 2 === 0);
  return contours()
    .size([head.rows, head.rows])
    .thresholds(between)(numbers)
    .flatMap(({ coordinates }) => coordinates.flat())
    .map((ring) => ring.map(([x, y]) => [(x - 0.5) / last, (y - 0.5) / last]));
}

// The contours of the landscape, asked for once for each, and Plotly, which draws them.

import { carrying } from "./beside.mjs";

// Plotly takes its half second while Dash waits for the server, not before.
const plotly = new Promise((resolve) => {
  globalThis.loadPlotly = () => {
    const { href } = document.getElementById("plotly");
    document.head.append(Object.assign(document.createElement("script"), { src: href, onload: resolve }));
  };
});

export class Surface {
  // `arrived()` is told of a new figure; `wanted()` says which landscape the runs are on by now, and
  // `recall(query)` which examples go beside it. While it is `hurried()` coarse ones will do.
  constructor(arrived, wanted, failed, recall, hurried) {
    Object.assign(this, { arrived, wanted, failed, recall, hurried });
    this.figure = null; // as app/charts/contour.py makes it, with landscape, bounded, coarse and window
    this.coming = null; // {landscape, coarse, window, controller}
    this.window = ""; // "x0,x1,y0,y1" where another part of the plane than the picture is seen
  }

  // The part of the plane that is seen, or null for the picture of the landscape.
  see(ranges) {
    const window = ranges ? ranges.map(widened).join() : "";
    if (window === this.window) return;
    this.window = window;
    if (this.wanted()) this.ask(this.wanted());
  }

  // `landscape` is "" for the first question, which is asked before the link is known in full.
  async ask(landscape, query = `landscape=${landscape}`) {
    const coarse = this.hurried();
    const last = this.coming ?? this.figure;
    const kind = (text) => text.split(",")[0];
    if (this.figure && kind(this.figure.landscape) !== kind(landscape)) this.window = "";
    // The picture stays where it is while an example is dragged, or it would follow its own minimum.
    const held = coarse && kind(this.figure?.landscape ?? "") === kind(landscape) ? this.figure.layout : null;
    const window = this.window || (held ? [held.xaxis.range, held.yaxis.range].join() : "");
    const had = landscape === last?.landscape && (coarse || (!last.coarse && window === last.window));
    if (this.coming?.landscape === "" || had) return;
    // While a knob or an example is dragged the newest is asked for after each answer, or none would come.
    if (this.coming && kind(this.coming.landscape) === kind(landscape)) return;
    this.coming?.controller.abort();
    const mine = (this.coming = { landscape, coarse, window, controller: new AbortController() });
    try {
      const { signal } = mine.controller;
      const asked = `surface?${query}${window && `&within=${window}`}${coarse ? "&coarse=1" : ""}`;
      const answer = await fetch(asked, { signal, ...carrying(this.recall(query)) });
      if (answer.status === 400) {
        // The stream's refusal says why; the page goes on with what it could read.
        this.coming = null;
        if (this.wanted()) this.ask(this.wanted());
        return;
      }
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const figure = await answer.json();
      await plotly;
      if (this.coming !== mine) return;
      if (held) for (const axis of ["xaxis", "yaxis"]) figure.layout[axis].range = held[axis].range;
      this.figure = { ...figure, coarse, window };
      this.coming = null;
      this.arrived();
      if (this.wanted()) this.ask(this.wanted());
    } catch (error) {
      if (mine.controller.signal.aborted) return;
      if (this.coming === mine) this.coming = null;
      this.failed(error);
    }
  }
}

// Somewhat more than is seen, so that it can be moved a little.
function widened([low, high]) {
  const more = (high - low) / 4;
  return [low - more, high + more];
}

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
    this.figure = null; // as app/charts/contour.py makes it, with landscape and bounded
    this.coming = null; // {landscape, controller}
  }

  // `landscape` is "" for the first question, which is asked before the link is known in full.
  async ask(landscape, query = `landscape=${landscape}`) {
    const coarse = this.hurried();
    const last = this.coming ?? this.figure;
    if (this.coming?.landscape === "" || (landscape === last?.landscape && (coarse || !last.coarse))) return;
    // While a knob or an example is dragged the newest is asked for after each answer, or none would come.
    const kind = (text) => text.split(",")[0];
    if (this.coming && kind(this.coming.landscape) === kind(landscape)) return;
    this.coming?.controller.abort();
    const mine = (this.coming = { landscape, coarse, controller: new AbortController() });
    try {
      const { signal } = mine.controller;
      const answer = await fetch(`surface?${query}${coarse ? "&coarse=1" : ""}`, { signal, ...carrying(this.recall(query)) });
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
      this.figure = { ...figure, coarse };
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

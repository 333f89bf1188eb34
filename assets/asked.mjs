// Numbers of all runs that come beside the stream: those of the newest link, as soon as it rests.

import { follow, Refusal } from "./stream.mjs";

const PAUSE = 60; // ms without a newer link, so that a slider that is dragged is not followed

export class Asked {
  // `unpack(head, numbers)` makes a run of its message; `changed()` is told of other runs.
  constructor(route, unpack, changed) {
    Object.assign(this, { route, unpack, changed });
    this.runs = []; // as the trails'; undefined where nothing was told
    this.end = {}; // the head of the last message
    this.link = "";
  }

  // `ask` makes a request of a link (see beside.mjs). What is not wanted is taken away.
  ask(link, ask, wanted = true) {
    if ((wanted ? link : "") === this.link) return;
    this.link = wanted ? link : "";
    this.controller?.abort();
    clearTimeout(this.timer);
    if (wanted) this.timer = setTimeout(() => this.#follow(link, ask), PAUSE);
    else this.#take([]);
  }

  async #follow(link, ask) {
    const controller = (this.controller = new AbortController());
    const coming = [];
    try {
      await follow(`${this.route}?${link}`, {
        signal: controller.signal,
        take: ({ head, numbers }) => {
          if (head.status) this.#take(coming, head);
          else coming[head.run] = this.unpack(head, numbers);
        },
        received: () => 0,
        fetch: ask,
        wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // the stream of the same link says why
    }
  }

  #take(runs, end = {}) {
    if (!runs.length && !this.runs.length) return;
    this.runs = runs;
    this.end = end;
    this.changed();
  }
}

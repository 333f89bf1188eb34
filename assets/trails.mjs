// The numbers of all runs, as far as they have arrived.

export const CHANNELS = ["x", "y", "gap", "slope", "lr"];

export class Trails {
  constructor() {
    this.runs = []; // {x, y, gap, slope, lr: Float32Array(steps + 1), status: null or {...}}
    this.steps = 0;
    this.have = 0; // points that have arrived; point 0 is the start
    this.lowest = 0; // f = lowest + gap
    this.done = false;
    this.link = "";
    this.names = [];
    this.marks = []; // of the sliders of the rates
  }

  take({ head, numbers }) {
    if (head.link !== undefined) [this.link, this.names, this.marks] = [head.link, head.names, head.marks];
    if (head.steps !== undefined) this.#begin(head);
    if (head.count) {
      const { first, count } = head;
      this.runs.forEach((run, i) => {
        CHANNELS.forEach((channel, j) => {
          const at = (i * CHANNELS.length + j) * count;
          run[channel].set(numbers.subarray(at, at + count), first);
        });
      });
      this.have = Math.max(this.have, first + count);
    }
    if (head.status) {
      head.status.forEach((status, i) => (this.runs[i].status = status));
      this.done = true;
      if (!this.runs.length) this.have = this.steps + 1;
    }
  }

  #begin({ steps, runs, lowest }) {
    if (this.runs.length === runs && this.steps === steps && this.have) return; // resumed
    this.steps = steps;
    this.lowest = lowest;
    this.runs = Array.from({ length: runs }, () => ({
      ...Object.fromEntries(CHANNELS.map((name) => [name, new Float32Array(steps + 1)])),
      status: null,
    }));
  }

  // The last point of a run that is a number, no later than k.
  lastFinite(run, k) {
    const { x, y } = this.runs[run];
    let i = Math.min(Math.floor(k), this.have - 1);
    while (i > 0 && !(Number.isFinite(x[i]) && Number.isFinite(y[i]))) i--;
    return i;
  }
}

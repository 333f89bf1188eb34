// The address bar: the experiment behind the ?, what is only viewed behind the #.

import { readView, writeView } from "./link.mjs";

const PAUSE = 150; // ms; browsers allow few changes a second, so the last one of a burst is written

export class Address {
  constructor() {
    this.view = readView(location.hash);
    this.link = ""; // of the experiment that was last accepted
  }

  setLink(link) {
    this.link = link;
    this.#write();
  }

  setView(change) {
    this.view = { ...this.view, ...change };
    if (this.link) this.#write();
  }

  // The address as it will be in a moment.
  get whole() {
    const hash = writeView(this.view);
    return `?${this.link}${hash ? `#${hash}` : ""}`;
  }

  #write() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => history.replaceState(history.state, "", this.whole), PAUSE);
  }
}

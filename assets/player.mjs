// The clock: which step is shown, and whether it moves. It knows nothing of drawing or of the
// network; it plays what has arrived and never waits for anything.

const SECONDS = 10; // how long a whole run plays at speed 1

export class Player {
  constructor(changed = () => {}) {
    this.changed = changed; // called with what changed: "step", "state" or "arrived"
    this.cursor = 0; // steps, with a fraction while it moves
    this.steps = 0;
    this.have = 0; // the last step that has arrived
    this.playing = false;
    this.live = true; // false: somebody took the scrubber
    this.speed = 1;
    this.loop = false;
    this.complete = false;
    this.last = null;
  }

  get step() {
    return Math.floor(this.cursor + 1e-9);
  }

  get atEnd() {
    return this.cursor >= this.steps;
  }

  // New trajectories are on their way; `anew` plays them from the start, else the step stays.
  begin(steps, anew) {
    const ended = this.steps > 0 && this.atEnd && !this.playing;
    this.steps = steps;
    this.have = 0;
    this.complete = false;
    if (anew) {
      this.cursor = 0;
      this.live = true;
      this.playing = true;
      this.last = null;
    } else {
      this.cursor = ended ? steps : Math.min(this.cursor, steps);
    }
    this.changed("state");
  }

  arrived(have, complete) {
    this.have = have;
    this.complete = complete;
    this.changed("arrived");
  }

  // The step that can be shown now: the cursor's, as far as it has arrived.
  get shown() {
    return Math.min(this.cursor, this.have);
  }

  tick(now) {
    if (!this.playing) return false;
    const seconds = this.last === null ? 0 : Math.min((now - this.last) / 1000, 0.1);
    this.last = now;
    const before = this.cursor;
    const limit = this.complete ? this.steps : Math.max(this.have, before);
    this.cursor = Math.min(this.cursor + (seconds * this.speed * this.steps) / SECONDS, limit);
    if (this.complete && this.atEnd) {
      // The last step is shown before the loop begins again.
      if (!this.loop) this.playing = false;
      else if (before >= this.steps) this.cursor = 0;
      this.changed("state");
    }
    if (this.cursor !== before) this.changed("step");
    return true;
  }

  play() {
    if (this.atEnd) this.cursor = 0;
    this.playing = true;
    this.live = true;
    this.last = null;
    this.changed("state");
  }

  pause() {
    this.playing = false;
    this.cursor = this.step;
    this.changed("state");
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  // Somebody looks at one step: review, until play or live is pressed.
  seek(step) {
    this.playing = false;
    this.live = false;
    this.cursor = Math.max(0, Math.min(step, this.have));
    this.changed("state");
    this.changed("step");
  }

  by(steps) {
    this.seek(this.step + steps);
  }

  // Back to live: on from the step under review, or to the end if that is where it was.
  goLive() {
    if (this.atEnd) {
      this.live = true;
      this.changed("state");
    } else {
      this.play();
    }
  }

  // Shows the whole run at once, as for those who prefer less motion.
  rest() {
    this.playing = false;
    this.live = true;
    this.cursor = this.steps;
    this.changed("state");
    this.changed("step");
  }
}

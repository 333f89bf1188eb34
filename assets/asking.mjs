// Questions that come quicker than answers: one at a time, and after each the newest.

export class Asking {
  // `answered(question, response)` may be asynchronous; a question has a `url` and an `ask`, which
  // makes the request (see beside.mjs).
  constructor(answered) {
    this.answered = answered;
    this.url = ""; // of the question that was put last
  }

  // The same question is not put twice; null takes the last one back.
  put(question) {
    if ((question?.url ?? "") === this.url) return false;
    this.url = question?.url ?? "";
    this.next = question;
    if (question && !this.busy) this.#ask();
    return true;
  }

  async #ask() {
    const question = this.next;
    this.busy = true;
    this.next = null;
    try {
      const response = await question.ask(question.url);
      if (this.url) await this.answered(question, response);
    } catch {
      this.url = ""; // the network is away: the question may be put again
    }
    this.busy = false;
    if (this.next) this.#ask();
  }
}

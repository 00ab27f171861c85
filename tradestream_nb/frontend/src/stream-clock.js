/** The streams' own clock in epoch µs, kept going between messages; a replay's clock is the data's. */

export class StreamClock {
  #skew = 0;
  #local;

  constructor(local = () => Date.now() * 1000) {
    this.#local = local;
  }

  set now(now) {
    this.#skew = now - this.#local();
  }

  get now() {
    return this.#local() + this.#skew;
  }

  /** What has happened at `ts` is not in the future. */
  hear(ts) {
    this.#skew = Math.max(this.#skew, ts - this.#local());
  }
}

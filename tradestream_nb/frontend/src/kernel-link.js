/**
 * One view's conversation with its widget in the kernel.
 *
 * It says hello, confirms what was painted at most once a second, and says when the view can be seen. A view that
 * misses a frame, or hears nothing for a while, says hello again: the kernel answers with everything. Where nothing can
 * be said any more, the kernel is gone. The view tells that to whoever looks at it, and why else nothing new comes.
 */

import { make } from "./element.js";

const ACK_EVERY = 1000;
const HELLO_AGAIN = 10_000;
const WHY = {
  gone: "The kernel is gone: run the cells again.",
  stopped: "Stopped: nothing new comes until the session is started.",
  ended: "Ended: the source has nothing more to give.",
  failed: "Failed: run the cell again for another view; session.raise_if_failed() says why.",
};

export class KernelLink {
  #vid = Math.random().toString(36).slice(2);
  #model;
  #element;
  #receive;
  #inSight = true;
  #seen = null;
  #asked = false;
  #painted = NaN;
  #acked = NaN;
  #timer;
  #patience;
  #watcher;
  #gone = false;
  #still = make("p", "ts-still");

  /** `receive(frame, buffers)` answers false when it needs a snapshot. */
  constructor(model, element, receive) {
    this.#model = model;
    this.#element = element;
    this.#receive = receive;
    this.#still.setAttribute("role", "status");
    this.#watcher = new IntersectionObserver((entries) => this.#sight(entries.at(-1).isIntersecting));
  }

  open() {
    this.#model.on("msg:custom", this.#take);
    this.#model.on("comm_live_update", this.#again);
    this.#model.on("change:still", this.#explain);
    document.addEventListener("visibilitychange", this.#look);
    this.#watcher.observe(this.#element);
    // Empty it is there too: a screen reader only tells what changes in a place that it knows.
    this.#element.prepend(this.#still);
    this.#explain();
    this.#hello();
  }

  close() {
    this.#model.off("msg:custom", this.#take);
    this.#model.off("comm_live_update", this.#again);
    this.#model.off("change:still", this.#explain);
    document.removeEventListener("visibilitychange", this.#look);
    this.#watcher.disconnect();
    clearTimeout(this.#timer);
    clearInterval(this.#patience);
    this.say({ kind: "bye" });
    this.#still.remove();
  }

  /** To be called after every paint. */
  painted() {
    if (Object.is(this.#painted, this.#acked)) return;
    this.#timer ??= setTimeout(() => this.#ack(), ACK_EVERY);
  }

  #take = (message, buffers) => {
    if (message.kind !== "frame") return;
    const follows = message.full || message.seq === this.#painted + 1;
    if (!follows || !this.#receive(message, buffers)) return this.#ask();
    this.#asked = false;
    this.#painted = message.seq;
    this.#listen();
  };

  /** One hello is enough until it is answered; what comes before is for other views. */
  #ask() {
    if (!this.#asked) this.#hello();
  }

  #ack() {
    this.#timer = undefined;
    this.#acked = this.#painted;
    this.say({ kind: "ack", seq: this.#acked });
  }

  /** The way to the kernel has come or gone; trying it tells. */
  #again = () => this.#hello();

  #hello() {
    this.#asked = true;
    this.#seen = this.#visible;
    this.say({ kind: "hello", v: this.#seen });
    this.#listen();
  }

  #listen() {
    clearInterval(this.#patience);
    this.#patience = setInterval(() => this.#visible && this.#hello(), HELLO_AGAIN);
  }

  #sight(inSight) {
    this.#inSight = inSight;
    this.#look();
  }

  #look = () => {
    if (this.#visible === this.#seen) return;
    this.#seen = this.#visible;
    this.say({ kind: "vis", v: this.#seen });
  };

  get #visible() {
    return this.#inSight && document.visibilityState === "visible";
  }

  /** Tells the kernel something, as this view. */
  say(message) {
    try {
      this.#model.send({ ...message, vid: this.#vid });
      this.#gone = false;
    } catch {
      this.#gone = true;
    }
    this.#explain();
  }

  #explain = () => {
    const why = this.#gone ? "gone" : this.#model.get("still");
    if (why === this.#still.dataset.why) return;
    this.#still.dataset.why = why;
    this.#still.textContent = WHY[why] ?? "";
  };
}

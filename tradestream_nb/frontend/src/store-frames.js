/** A store filled by the kernel: prices as rows of numbers, everything else as the messages a server would send. */

import { PriceFrames } from "./price-frames.js";

const text = new TextDecoder();

export class StoreFrames {
  #store;
  #prices;

  constructor(store) {
    this.#store = store;
    this.#prices = new PriceFrames(store.prices);
  }

  /** Takes one frame in and names the channels that changed; null when the symbols must be asked for. */
  apply(frame, [rows, messages]) {
    const changed = new Set();
    if (frame.ts !== undefined) {
      if (!this.#prices.apply(frame, rows)) return null;
      this.#store.ts = Math.max(this.#store.ts, frame.ts);
      changed.add("price_updates");
    }
    if (frame.equity !== undefined) {
      this.#store.equity = frame.equity;
      changed.add("portfolio");
    }
    for (const message of parse(messages)) changed.add(this.#store.apply(message));
    return changed;
  }
}

function parse(messages) {
  return messages.byteLength > 0 ? JSON.parse(text.decode(messages)) : [];
}

/** Everything the messages have said so far, as plain collections that panels read. */

import { Trail } from "./trail.js";

const KEPT = 500;

export class Store {
  /** Epoch µs of the newest message. */
  ts = 0;
  prices = new Map();
  /** Newest first, as are the trades. */
  signals = [];
  trades = [];
  accounts = new Map();
  /** Pairs [epoch µs, equity] of the time before, from who keeps them; null where nobody does. */
  equity = null;
  streams = new Map();
  #epoch = null;

  /** Takes one message in and names the channel that changed, or null. */
  apply(message) {
    const reduce = this.#reducers[message.type];
    if (!reduce) return null;
    this.ts = Math.max(this.ts, message.ts ?? 0);
    return reduce(message) ? message.channel : null;
  }

  #reducers = {
    __proto__: null,
    welcome: ({ epoch }) => this.#begin(epoch),
    heartbeat: () => false,
    price_update: ({ symbols, ts }) => this.#prices(symbols, ts),
    signal: (message) => this.#record(this.signals, message, `${this.#epoch}/${message.id}`),
    trade_executed: (message) => this.#record(this.trades, message, message.id),
    portfolio_update: ({ data, ts }) => this.accounts.set(data.account ?? "", { ...data, ts }),
    health: ({ streams }) => this.#streams(streams),
  };

  /** Another run of the server says anew what is; what has happened stays true. */
  #begin(epoch) {
    if (epoch === this.#epoch) return;
    this.#epoch = epoch;
    for (const state of [this.prices, this.accounts, this.streams]) state.clear();
  }

  #prices(symbols, ts) {
    for (const [symbol, update] of Object.entries(symbols)) {
      const trail = this.prices.get(symbol)?.trail ?? new Trail();
      trail.push(ts, update.price);
      this.prices.set(symbol, { symbol, ...update, trail });
    }
    return true;
  }

  /** A resumed stream may repeat itself; the key tells. A signal's id is unique within one run of the server only. */
  #record(log, message, key) {
    if (log.some((known) => known.key === key)) return false;
    log.unshift({ ...message, key });
    if (log.length > KEPT) log.pop();
    return true;
  }

  #streams(streams) {
    for (const [name, stream] of Object.entries(streams)) this.streams.set(name, { name, ...stream });
    return true;
  }
}

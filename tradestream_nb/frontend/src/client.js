/**
 * A WebSocket client of protocol v1 that stays connected.
 *
 * It subscribes after every welcome and resumes signals and trades where it left off; where the server cannot, it gets
 * the latest of them. States: connecting, open, reconnecting, closed.
 */

import { backoff } from "./backoff.js";

export const SUBPROTOCOL = "tradestream.v1.json";
const CHANNELS = ["price_updates", "signals", "portfolio", "trades", "health"];
const RESUMED = ["signals", "trades"];
const HISTORY = 50;
/** A connection is given up when nothing came for this many heartbeats. */
const PATIENCE = 2.5;
/** Close codes after which trying again unchanged is pointless. */
const FINAL = new Set([4400, 4401, 4403, 4406, 4413]);

export class Client {
  state = "closed";
  #url;
  #listener;
  #connect;
  #random;
  #delays;
  #socket = null;
  #timer;
  #watchdog;
  #heartbeat = 15_000;
  #pause = null;
  #epoch = null;
  #seq = {};

  /** `listener` has `message(message)` and `state(state, detail)`. */
  constructor(url, listener, { connect = (at) => new WebSocket(at, SUBPROTOCOL), random = Math.random } = {}) {
    this.#url = url;
    this.#listener = listener;
    this.#connect = connect;
    this.#random = random;
    this.#delays = backoff(random);
  }

  start() {
    if (this.state !== "closed") return;
    this.#become("connecting");
    this.#open();
  }

  stop() {
    this.#abandon();
    this.#become("closed");
  }

  /** Tries at once instead of waiting, for a page that has just come back to life. */
  retry() {
    if (this.state === "reconnecting" && this.#socket === null) this.#open();
  }

  #open() {
    clearTimeout(this.#timer);
    const socket = this.#connect(this.#url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
    this.#watch();
  }

  #receive(data) {
    this.#watch();
    const message = parse(data);
    if (message === null) return;
    this.#actions[message.type]?.(message);
    if (RESUMED.includes(message.channel) && message.seq) this.#seq[message.channel] = message.seq;
    this.#listener.message(message);
  }

  #actions = {
    __proto__: null,
    welcome: (message) => this.#welcomed(message),
    shutdown: (message) => (this.#pause = message.reconnect_after_ms ?? null),
  };

  #welcomed({ epoch, heartbeat_ms: heartbeat, channels: offered = CHANNELS }) {
    this.#heartbeat = heartbeat ?? this.#heartbeat;
    this.#delays = backoff(this.#random);
    this.#pause = null;
    this.#watch();
    const known = this.#epoch === epoch && Object.keys(this.#seq).length > 0;
    if (!known) this.#seq = {};
    const channels = CHANNELS.filter((channel) => offered.includes(channel));
    this.#subscribe(channels, known ? { since: { epoch, seq: this.#seq } } : {});
    this.#epoch = epoch;
    this.#become("open");
  }

  #subscribe(channels, resume) {
    const request = { type: "subscribe", id: 1, channels, symbols: "*", history: HISTORY, ...resume };
    this.#socket.send(JSON.stringify(request));
  }

  #closed(code, reason) {
    this.#abandon();
    if (FINAL.has(code)) return this.#become("closed", reason || `the server refused (${code})`);
    const delay = this.#pause === null ? this.#delays.next().value : this.#pause * (1 + this.#random());
    this.#pause = null;
    this.#timer = setTimeout(() => this.#open(), delay);
    this.#become("reconnecting", reason);
  }

  /** A dead connection need not say so, hence silence counts as one. */
  #watch() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#closed(1006, "nothing was heard"), PATIENCE * this.#heartbeat);
  }

  #abandon() {
    clearTimeout(this.#timer);
    clearTimeout(this.#watchdog);
    if (this.#socket === null) return;
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  #become(state, detail = "") {
    this.state = state;
    this.#listener.state(state, detail);
  }
}

function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

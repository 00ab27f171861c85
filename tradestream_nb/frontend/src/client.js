/**
 * A WebSocket client of protocol v1 that stays connected.
 *
 * It resumes every subscription where it left off; where the server no longer had what was missed, a message of type
 * "gap" says so. States: connecting, open, reconnecting, closed.
 */

import { backoff } from "./backoff.js";
import { Conversation } from "./conversation.js";

export const SUBPROTOCOL = "tradestream.v1.json";
const BEARER = "tradestream.bearer.";
const CHANNELS = ["price_updates", "signals", "portfolio", "trades", "health"];
const HISTORY = 50;
/** A connection is given up when nothing came for this many heartbeats. */
const PATIENCE = 2.5;
/** Close codes after which trying again unchanged is pointless. */
const FINAL = new Set([4400, 4401, 4403, 4406, 4413]);
export const UNAUTHORIZED = 4401;

export class Client {
  state = "closed";
  #url;
  #listener;
  #connect;
  #random;
  #token;
  #conversation;
  #delays;
  #socket = null;
  #timer;
  #watchdog;
  #waiting = new Map();
  #later = new Set();
  /** A browser is not told why a handshake failed; then the token goes with the first message, to hear it. */
  #bearer = true;

  /**
   * `listener` has `message(message)` and `state(state, detail, code)`, with the code of a refusal. `channels` are
   * subscribed to from the start, with at most `history` of the signals and trades before.
   */
  constructor(url, listener, options = {}) {
    const { token = null, channels = CHANNELS, history = HISTORY, connect, random = Math.random } = options;
    this.#url = url;
    this.#listener = listener;
    this.#token = token;
    this.#connect = connect ?? ((at, protocols) => new WebSocket(at, protocols));
    this.#random = random;
    this.#delays = backoff(random);
    this.#conversation = new Conversation({ channels, history, token });
  }

  start() {
    if (this.state !== "closed") return;
    this.#become("connecting");
    this.#open();
  }

  stop() {
    this.#abandon();
    this.#end("the client was stopped");
  }

  /** Tries at once instead of waiting, for a page that has just come back to life. */
  retry() {
    if (this.state === "reconnecting" && this.#socket === null) this.#open();
  }

  /** Each of these resolves to the acknowledgement, which holds the whole subscription, or rejects with what is wrong. */
  subscribe(channels, { symbols, maxHz, history } = {}) {
    return this.#ask({ type: "subscribe", channels: [channels].flat(), symbols, max_hz: maxHz, history });
  }

  unsubscribe(channels, { symbols } = {}) {
    return this.#ask({ type: "unsubscribe", channels: [channels].flat(), symbols });
  }

  /** How often news may come in a second at most, 0 for no limit; of every channel when none is named. */
  configure({ maxHz, channels }) {
    return this.#ask({ type: "configure", channels: channels && [channels].flat(), max_hz: maxHz });
  }

  list() {
    return this.#ask({ type: "list" });
  }

  #ask(request) {
    if (this.state === "closed") return Promise.reject(new Error("the client is not started"));
    const numbered = this.#conversation.ask(request);
    if (this.#conversation.ready) this.#send(numbered);
    return new Promise((resolve, reject) => this.#waiting.set(numbered.id, { resolve, reject }));
  }

  #open() {
    clearTimeout(this.#timer);
    const bearer = this.#token && this.#bearer ? [BEARER + base64url(this.#token)] : [];
    const socket = this.#connect(this.#url, [SUBPROTOCOL, ...bearer]);
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
    this.#watch();
  }

  #send(request) {
    this.#socket.send(JSON.stringify(request));
  }

  #receive(data) {
    const message = parse(data);
    this.#watch();
    if (message === null) return;
    const { told = [], send = [], later, answer } = this.#conversation.received(message);
    if (this.#conversation.barred) return this.#closed(UNAUTHORIZED, "a token is needed");
    if (this.#conversation.connected) this.#settle();
    for (const request of send) this.#send(request);
    if (later) this.#sendLater(...later);
    for (const each of told) this.#listener.message(each);
    if (answer) this.#answer(answer);
  }

  #settle() {
    if (this.state === "open") return;
    this.#delays = backoff(this.#random);
    this.#become("open");
    this.#watch();
  }

  #sendLater(delay, request) {
    const timer = setTimeout(() => {
      this.#later.delete(timer);
      this.#send(request);
    }, delay);
    this.#later.add(timer);
  }

  #answer(answer) {
    const { resolve, reject } = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.type === "error") reject(Object.assign(new Error(answer.error), { code: answer.code }));
    else resolve(answer);
  }

  #closed(code, reason) {
    const greeted = this.#conversation.connected;
    this.#abandon();
    if (FINAL.has(code)) return this.#end(reason || `the server refused (${code})`, code);
    if (!greeted) this.#bearer = !this.#bearer;
    const { pause } = this.#conversation;
    const delay = pause === null ? this.#delays.next().value : pause * (1 + this.#random() / 2);
    this.#timer = setTimeout(() => this.#open(), delay);
    this.#become("reconnecting", reason);
  }

  #end(detail, code) {
    for (const { reject } of this.#waiting.values()) reject(new Error(detail));
    this.#waiting.clear();
    this.#conversation.giveUp();
    this.#become("closed", detail, code);
  }

  /** A dead connection need not say so, hence silence counts as one. */
  #watch() {
    clearTimeout(this.#watchdog);
    const lost = () => this.#closed(1006, "nothing was heard");
    this.#watchdog = setTimeout(lost, PATIENCE * this.#conversation.heartbeat);
  }

  #abandon() {
    for (const timer of [this.#timer, this.#watchdog, ...this.#later]) clearTimeout(timer);
    this.#later.clear();
    this.#conversation.lost();
    if (this.#socket === null) return;
    this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  #become(state, detail = "", code = null) {
    this.state = state;
    this.#listener.state(state, detail, code);
  }
}

function parse(data) {
  try {
    const message = JSON.parse(data);
    return typeof message === "object" ? message : null;
  } catch {
    return null;
  }
}

/** Of the text's UTF-8 bytes, as a subprotocol's name can carry it. */
function base64url(text) {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

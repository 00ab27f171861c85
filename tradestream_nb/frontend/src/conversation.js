/** One client's side of protocol v1, over as many connections as it takes: frames in, messages and requests out. */

import { Resume } from "./resume.js";

const ANSWERS = new Set(["subscribed", "unsubscribed", "subscriptions", "configured"]);
/** Ms before a request that was refused for the moment is made again, where the server does not say. */
const MOMENT = 1_000;

export class Conversation {
  /** Ms of silence after which the server says that it is still there. */
  heartbeat = 15_000;
  /** Ms for which the server wants to be left alone, should the connection end now. */
  pause = null;
  connected = false;
  /** Whether the server wants a token that there is not. */
  barred = false;
  #token;
  #resume;
  #epoch = null;
  #numbers = 0;
  #asked = new Map();
  /** What is left to ask for before everything is as it was; the first one is being asked. */
  #restoring = [];
  /** Event channels of which nothing counts yet, for it comes again. */
  #refilled = new Set();
  #welcome = {};

  constructor({ channels, history, token }) {
    this.#resume = new Resume(channels, history);
    this.#token = token;
  }

  /** Whether requests may be sent; those that are made before are sent when they may. */
  get ready() {
    return this.connected && this.#restoring.length === 0;
  }

  /** Numbers a request; it is asked again on every new connection until it is answered. */
  ask(request) {
    const numbered = { ...request, id: ++this.#numbers };
    this.#asked.set(numbered.id, numbered);
    return numbered;
  }

  /** Waits for no answer any longer. */
  giveUp() {
    this.#asked.clear();
  }

  lost() {
    this.connected = false;
    this.#restoring = [];
    this.#refilled.clear();
  }

  /** What follows from a frame: `told` to the page, `send` to the server, `later` to it too, an `answer` to a request. */
  received(message) {
    if (ANSWERS.has(message.type) || message.type === "error") return { told: [message], ...this.#heard(message) };
    if (message.channel && this.#refilled.has(message.channel)) return {};
    if (message.channel && message.seq !== undefined) this.#reached(message.channel, message.seq);
    return { told: [message], ...this.#actions[message.type]?.(message) };
  }

  #actions = {
    __proto__: null,
    welcome: (message) => this.#welcomed(message),
    authenticated: (message) => this.#restore({ ...this.#welcome, ...message }),
    heartbeat: ({ seq = {} }) => Object.entries(seq).forEach(([channel, place]) => this.#reached(channel, place)),
    shutdown: ({ reconnect_after_ms: pause }) => void (this.pause = pause ?? null),
  };

  #reached(channel, seq) {
    if (channel in this.#resume.wanted && !this.#refilled.has(channel)) this.#resume.reached(channel, this.#epoch, seq);
  }

  #welcomed(welcome) {
    this.#welcome = welcome;
    this.#epoch = welcome.epoch;
    this.heartbeat = welcome.heartbeat_ms ?? this.heartbeat;
    this.pause = null;
    this.barred = welcome.auth === "required" && !this.#token;
    if (this.barred) return {};
    if (welcome.auth === "required") return { send: [{ type: "auth", token: this.#token, id: ++this.#numbers }] };
    return this.#restore(welcome);
  }

  #restore({ channels, limits }) {
    this.connected = true;
    const requests = this.#resume.requests(this.#epoch, channels, limits?.request_symbols);
    this.#restoring = requests.map((request) => ({ ...request, id: ++this.#numbers }));
    this.#refilled = new Set(Object.keys(this.#resume.places));
    return { send: this.#next() };
  }

  /** One step of the restoration at a time, so that none overtakes another; then what was asked meanwhile. */
  #next() {
    return this.#restoring.length ? [this.#restoring[0]] : [...this.#asked.values()];
  }

  #heard(answer) {
    const request = this.#asked.get(answer.id);
    const [step] = this.#restoring;
    if (!request && (!step || answer.id !== step.id)) {
      if (answer.type === "error") this.pause = answer.retry_after_ms ?? null;
      return {};
    }
    if (answer.temporary) return { later: [answer.retry_after_ms ?? MOMENT, request ?? step] };
    return request ? this.#answered(answer) : this.#restored(step.channel, answer);
  }

  #answered(answer) {
    this.#asked.delete(answer.id);
    if (answer.type !== "error") this.#resume.granted(answer);
    return { answer };
  }

  #restored(channel, answer) {
    const gap = answer.type === "error" ? this.#dropped(channel) : this.#stepped(channel, answer);
    return { told: gap ? [answer, gap] : [answer], send: this.#next() };
  }

  /** The page is told by the error itself. */
  #dropped(channel) {
    this.#restoring = this.#restoring.filter((step) => step.channel !== channel);
    this.#refilled.delete(channel);
    this.#resume.forget(channel);
    return null;
  }

  #stepped(channel, answer) {
    this.#restoring.shift();
    if (this.#restoring.some((step) => step.channel === channel)) return null;
    const gap = this.#resume.gap(channel, answer);
    this.#refilled.delete(channel);
    if (answer.seq && channel in answer.seq) this.#reached(channel, answer.seq[channel]);
    return gap;
  }
}

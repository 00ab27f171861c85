/** The other end of a client's WebSocket, which says only what a test lets it say. */

export class Socket {
  sent = [];
  closed = false;
  #answered = 0;
  #subscriptions = {};

  constructor(url, protocols) {
    [this.url, this.protocols] = [url, protocols];
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.closed = true;
  }

  says(message) {
    this.onmessage({ data: JSON.stringify(message) });
  }

  drops(code = 1006, reason = "") {
    this.onclose({ code, reason });
  }

  /** Grants what was asked for and what is asked thereupon; `facts` tells of an acknowledgement by its channel. */
  grants(facts = () => ({})) {
    while (this.#answered < this.sent.length) this.#grant(this.sent[this.#answered++], facts);
  }

  /** Refuses the next request. */
  refuses(error) {
    this.says({ type: "error", error: "no", temporary: false, ...error, id: this.sent[this.#answered++].id });
  }

  #grant({ type, id, channel, channels = [channel], symbols = "*", max_hz: hz }, facts) {
    if (type === "subscribe") for (const name of channels) this.#subscriptions[name] = symbols;
    if (type === "unsubscribe") for (const name of channels) delete this.#subscriptions[name];
    const kind = { subscribe: "subscribed", unsubscribe: "unsubscribed", configure: "configured" }[type] ?? "subscriptions";
    const rates = hz ? { max_hz: Object.fromEntries(channels.map((name) => [name, hz])) } : {};
    const subscriptions = { ...this.#subscriptions };
    this.says({ type: kind, id, epoch: "one", subscriptions, recovered: true, seq: {}, ...rates, ...facts(channel) });
  }
}

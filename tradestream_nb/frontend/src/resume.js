/** What is wanted of each channel and how far it has come: all that a new connection needs to go on. */

const STATES = new Set(["price_updates", "portfolio", "health"]);
/** Symbols that a request may name where the server does not say. */
const REQUEST_SYMBOLS = 200;

export class Resume {
  /** By channel what an acknowledgement says: "*", symbols, or {all_but: symbols}. */
  wanted;
  rates = {};
  /** By event channel {epoch, seq}. */
  places = {};
  #history;

  /** Wants all of `channels`, with at most `history` of the messages before. */
  constructor(channels, history) {
    this.wanted = Object.fromEntries(channels.map((channel) => [channel, "*"]));
    this.#history = history ? { history } : {};
  }

  /** Takes in an acknowledgement, which always is the whole subscription. */
  granted({ subscriptions, max_hz: rates = {}, epoch, seq = {} }) {
    [this.wanted, this.rates] = [subscriptions, rates];
    for (const [channel, place] of Object.entries(seq)) this.reached(channel, epoch, place);
    for (const channel of Object.keys(this.places)) if (!(channel in subscriptions)) delete this.places[channel];
  }

  /** Everything of an event channel up to here has arrived. */
  reached(channel, epoch, seq) {
    if (!STATES.has(channel)) this.places[channel] = { epoch, seq };
  }

  forget(channel) {
    for (const known of [this.wanted, this.rates, this.places]) delete known[channel];
  }

  /**
   * The subscribe requests that restore what is wanted of the channels on offer, on this run of the server.
   *
   * Only the last one of a channel says from where on; whatever comes of the channel before its answer comes again.
   */
  requests(epoch, offered, most = REQUEST_SYMBOLS) {
    const channels = Object.keys(this.wanted).filter((channel) => offered?.includes(channel) ?? true);
    return channels.flatMap((channel) => {
      const rate = channel in this.rates ? { max_hz: this.rates[channel] } : {};
      const steps = parts(this.wanted[channel], most).map((symbols) => ({ type: "subscribe", channel, symbols, ...rate }));
      Object.assign(steps.at(-1), this.#from(channel, epoch));
      return steps;
    });
  }

  /** What is lost of a channel by the answer to the last of its requests, as a message; null when nothing is. */
  gap(channel, { epoch, recovered, seq = {} }) {
    const after = this.places[channel];
    if (!after || (recovered && after.epoch === epoch)) return null;
    return { type: "gap", channel, after, until: { epoch, seq: seq[channel] ?? 0 } };
  }

  /** A new run of the server is read from its beginning, for all that it says is new. */
  #from(channel, epoch) {
    if (STATES.has(channel)) return {};
    const place = this.places[channel];
    if (!place) return this.#history;
    return { since: { epoch, seq: place.epoch === epoch ? place.seq : 0 }, ...this.#history };
  }
}

function parts(symbols, most) {
  if (!Array.isArray(symbols) || symbols.length === 0) return [symbols];
  return Array.from({ length: Math.ceil(symbols.length / most) }, (_, i) => symbols.slice(i * most, (i + 1) * most));
}

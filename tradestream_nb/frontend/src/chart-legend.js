/** What a chart shows in words: the bar under the pointer, else the newest, and for a screen reader a slow summary. */

import { span } from "./chart-times.js";
import { direction } from "./direction.js";
import * as format from "./format.js";

/** Milliseconds between two summaries: one that changed with every tick would never be read to its end. */
const SUMMARY_EVERY = 5000;
const WAITING = "waiting for the first bar";

export class ChartLegend {
  #plot;
  #line = document.createElement("div");
  #figures = document.createElement("span");
  #change = document.createElement("b");
  #marks = document.createElement("span");
  #title = document.createElement("b");
  #frames;
  #pointed = null;
  #timer;

  constructor(plot) {
    this.#plot = plot;
    this.#line.className = "ts-legend";
    this.#line.setAttribute("aria-hidden", "true");
    this.#line.append(this.#title, this.#figures, this.#change, this.#marks);
    plot.append(this.#line);
  }

  show(frames) {
    this.#frames = frames;
    this.#write();
    if (!this.#plot.ariaLabel) this.#summarise();
    this.#timer ??= setTimeout(this.#summarise, SUMMARY_EVERY);
  }

  close() {
    clearTimeout(this.#timer);
  }

  /** Shows the bar that begins at `time`, the newest when it is undefined. */
  point(time) {
    this.#pointed = time ?? null;
    if (this.#frames) this.#write();
  }

  #summarise = () => {
    this.#timer = undefined;
    this.#plot.ariaLabel = summary(this.#frames);
  };

  #write() {
    const { symbol, seconds, bars, marks, missing } = this.#frames;
    const bar = bars.find(({ time }) => time === this.#pointed) ?? bars.at(-1);
    this.#title.textContent = `${symbol} ${seconds ? span(seconds) : ""}`;
    this.#figures.textContent = bar ? figures(bar) : missing || WAITING;
    const move = bar ? bar.close - bar.open : 0;
    this.#change.textContent = bar ? format.percent((100 * move) / bar.open) : "";
    this.#change.dataset.direction = direction(move);
    this.#marks.textContent = marks.filter((mark) => mark.bar.ts === bar?.ts).map(words).join(", ");
  }
}

function figures({ open, high, low, close, volume }) {
  const prices = [["O", open], ["H", high], ["L", low], ["C", close]];
  return [...prices.map(([name, value]) => `${name} ${format.price(value)}`), `V ${format.volume(volume)}`].join("  ");
}

function words({ kind, side, price, text }) {
  return kind === "fill" ? `${side} ${text} at ${format.price(price)}` : `${side} signal ${text}`;
}

function summary({ symbol, seconds, bars, missing }) {
  const last = bars.at(-1);
  if (!last) return `${symbol}: ${missing || WAITING}`;
  const moved = format.percent(100 * (last.close / bars[0].open - 1));
  return `${symbol}: last ${format.price(last.close)}, ${moved} over ${bars.length} bars of ${span(seconds)}`;
}

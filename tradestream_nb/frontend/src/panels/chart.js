/** The chart of one symbol, chosen from its list or by a click on a price; the kernel decides, for all windows alike. */

import { CandleChart } from "../chart.js";
import { ChartFrames } from "../chart-frames.js";
import { make } from "../element.js";

export class ChartPanel {
  #frames = new ChartFrames();
  #root = make("section", "ts-panel");
  #list = make("select", "ts-choice");
  #listed = 0;
  #chart;
  #row = { choose: (symbol) => this.#pick(symbol), chosen: () => this.#frames.symbol };

  /** `say` tells the kernel something. */
  constructor(parent, say) {
    this.say = say;
    this.#root.dataset.panel = "chart";
    this.#root.setAttribute("aria-label", "Chart");
    this.#list.setAttribute("aria-label", "Symbol");
    this.#list.addEventListener("change", () => this.#pick(this.#list.value));
    const bar = make("div", "ts-bar");
    bar.append(make("h2", "ts-title", "Chart"), this.#list);
    this.#root.append(bar);
    this.#chart = new CandleChart(this.#root, this.#frames);
    parent.append(this.#root);
  }

  /** What the prices' table needs for a row to be chosen. */
  get options() {
    return { price_updates: this.#row };
  }

  /** Draws what a frame has of the chart; `prices` are those whose symbols there are to choose from. */
  show({ chart }, [, , bars], { prices }) {
    if (chart) this.#chart.show(this.#frames.apply(chart, bars));
    if (this.#listed !== prices.size) this.#offer([...prices.keys()]);
    if (this.#list.value !== this.#frames.symbol) this.#list.value = this.#frames.symbol;
  }

  close() {
    this.#chart.close();
    this.#root.remove();
  }

  #offer(symbols) {
    this.#listed = symbols.length;
    this.#list.replaceChildren(...symbols.map((symbol) => new Option(symbol)));
  }

  #pick(symbol) {
    if (symbol !== this.#frames.symbol) this.say({ kind: "pick", symbol });
  }
}

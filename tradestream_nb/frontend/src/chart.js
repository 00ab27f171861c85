/** Candles and volume of one symbol, with its signals as arrows and its fills as circles. */

import { CandlestickSeries, HistogramSeries, createChart, createSeriesMarkers } from "lightweight-charts";

import { ChartLegend } from "./chart-legend.js";
import { faded, followTheme } from "./chart-theme.js";
import { moment, tick } from "./chart-times.js";
import { decimals, price } from "./format.js";

const ARROWS = {
  BUY: { position: "belowBar", shape: "arrowUp" },
  SELL: { position: "aboveBar", shape: "arrowDown" },
};
/** How far a key moves the chart, in bars. */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20, Home: -Infinity, End: Infinity };

export class CandleChart {
  #plot = document.createElement("div");
  #legend;
  #frames;
  #colours;
  #unfollow;

  /** `frames` is a ChartFrames; the chart draws what is in it. */
  constructor(element, frames) {
    this.#frames = frames;
    this.#plot.className = "ts-plot";
    this.#plot.tabIndex = 0;
    this.#plot.setAttribute("role", "img");
    element.append(this.#plot);
    this.chart = createChart(this.#plot, this.#options());
    this.candles = this.chart.addSeries(CandlestickSeries, { borderVisible: false });
    this.volumes = this.chart.addSeries(HistogramSeries, {
      priceScaleId: "volume",
      priceFormat: { type: "volume" },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.markers = createSeriesMarkers(this.candles);
    this.#legend = new ChartLegend(this.#plot);
    this.chart.subscribeCrosshairMove(({ time }) => this.#legend.point(time));
    this.#plot.addEventListener("keydown", this.#move);
    this.#unfollow = followTheme(element, (colours) => this.#paint(colours));
  }

  /** Draws what a frame changed: `tail` or, when the change is `whole`, everything. */
  show({ tail, whole, marked }) {
    this.#legend.show(this.#frames);
    // Without a place in the page there are no colours yet; with them comes the whole picture.
    if (!this.#colours) return;
    if (whole) return this.#draw();
    for (const bar of tail) {
      this.candles.update(bar);
      this.volumes.update(this.#volume(bar));
    }
    if (marked) this.#mark();
  }

  close() {
    this.#unfollow();
    this.#legend.close();
    this.chart.remove();
    this.#plot.remove();
  }

  #draw() {
    const { bars } = this.#frames;
    const scale = this.chart.timeScale();
    const [away, last] = [scale.scrollPosition(), this.candles.data().at(-1)];
    const minMove = 10 ** -decimals(bars.at(-1)?.close ?? 0);
    this.candles.applyOptions({ priceFormat: { type: "custom", formatter: price, minMove } });
    this.candles.setData(bars);
    this.volumes.setData(bars.map((bar) => this.#volume(bar)));
    this.#mark();
    // Who looks at the past keeps looking at the same bars.
    if (last && away < 0) scale.scrollToPosition(away - bars.filter(({ time }) => time > last.time).length, false);
  }

  #mark() {
    this.markers.setMarkers(this.#frames.marks.map((mark) => this.#marker(mark)));
  }

  #marker({ bar: { time }, kind, side, price }) {
    const { accent, up, down } = this.#colours;
    if (kind === "signal") return { time, color: side === "BUY" ? up : down, size: 1.4, ...ARROWS[side] };
    return { time, color: accent, position: "atPriceMiddle", price, shape: "circle", size: 0.7 };
  }

  #volume({ time, open, close, volume }) {
    const color = faded(close < open ? this.#colours.down : this.#colours.up, 0.4);
    return { time, value: Number.isFinite(volume) ? volume : 0, color };
  }

  #paint(colours) {
    this.#colours = colours;
    const { surface, line, text, muted, up, down } = colours;
    const grid = { color: faded(text, 0.08) };
    const cross = { color: muted, labelBackgroundColor: text };
    const { fontFamily } = getComputedStyle(this.#plot);
    this.chart.applyOptions({
      layout: { background: { color: surface }, textColor: muted, fontFamily },
      grid: { vertLines: grid, horzLines: grid },
      crosshair: { vertLine: cross, horzLine: cross },
      rightPriceScale: { borderColor: line },
      timeScale: { borderColor: line },
    });
    this.candles.applyOptions({ upColor: up, wickUpColor: up, downColor: down, wickDownColor: down });
    this.#draw();
  }

  #options() {
    return {
      autoSize: true,
      layout: { attributionLogo: true, fontSize: 11 },
      rightPriceScale: { scaleMargins: { top: 0.14, bottom: 0.2 } },
      timeScale: {
        timeVisible: true,
        secondsVisible: true,
        rightOffset: 3,
        tickMarkFormatter: (time, kind) => tick(time, kind, this.#frames.seconds),
      },
      localization: { timeFormatter: (time) => moment(time, this.#frames.seconds) },
    };
  }

  #move = (event) => {
    const scale = this.chart.timeScale();
    if (event.key in STEPS) {
      const place = Math.max(scale.scrollPosition() + STEPS[event.key], -this.#frames.bars.length);
      scale.scrollToPosition(Math.min(place, scale.options().rightOffset), false);
    } else if (event.key === "+" || event.key === "-") {
      scale.applyOptions({ barSpacing: scale.options().barSpacing * (event.key === "+" ? 1.25 : 0.8) });
    } else return;
    event.preventDefault();
    // JupyterLab takes the arrow keys for its own.
    event.stopPropagation();
  };
}

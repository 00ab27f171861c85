/** A small curve of an account's equity: how it got from its first value to the newest. */

import { direction } from "./direction.js";
import * as format from "./format.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 600;
const HEIGHT = 100;
/** An even number of points is kept; when there are more, every second one goes, and the newest stays. */
export const MOST = 600;

export class EquityPoints {
  #points = [];

  get first() {
    return this.#points[0];
  }

  get last() {
    return this.#points.at(-1);
  }

  get length() {
    return this.#points.length;
  }

  /** Adds equity at `ts` (epoch µs) in place of what is not older, as after a replay has gone back. */
  push(ts, equity) {
    if (format.isMissing(equity)) return;
    while (this.last?.ts >= ts) this.#points.pop();
    this.#points.push({ ts, equity });
    if (this.#points.length > MOST) this.#points = this.#points.filter((_, n) => n % 2 === 0);
  }

  /** Corners `[x, y]` in a box, the highest equity at y = 0, and the y of the first equity. */
  corners(width, height) {
    const values = this.#points.map(({ equity }) => equity);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const y = (equity) => (high === low ? height / 2 : (height * (high - equity)) / (high - low));
    const [from, to] = [this.first.ts, this.last.ts];
    const x = (ts) => (to === from ? width : (width * (ts - from)) / (to - from));
    return { line: this.#points.map(({ ts, equity }) => [x(ts), y(equity)]), base: y(this.first.equity) };
  }
}

/** Draws into `element`; `push(ts, equity)` adds a point, `reset([[ts, equity], …])` begins again. */
export function mountEquityCurve(element) {
  const viewBox = `0 -2 ${WIDTH} ${HEIGHT + 4}`;
  const svg = part("svg", { class: "ts-equity", role: "img", viewBox, preserveAspectRatio: "none" });
  const [area, base, line] = ["area", "base", "line"].map((name) => part("path", { class: `ts-equity-${name}` }));
  svg.append(area, base, line);
  element.append(svg);
  let points = new EquityPoints();
  let asked = 0;

  function draw() {
    asked = 0;
    const drawn = points.length > 1 ? points.corners(WIDTH, HEIGHT) : null;
    const path = drawn ? `M${drawn.line.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}` : "";
    line.setAttribute("d", path);
    area.setAttribute("d", drawn ? `${path}V${drawn.base.toFixed(1)}H0Z` : "");
    base.setAttribute("d", drawn ? `M0 ${drawn.base.toFixed(1)}H${WIDTH}` : "");
    svg.dataset.direction = direction((points.last?.equity ?? 0) - (points.first?.equity ?? 0));
    svg.setAttribute("aria-label", summary(points));
  }

  /** However many points come, one painted frame draws them. */
  const ask = () => (asked ||= requestAnimationFrame(draw));
  const push = (ts, equity) => {
    points.push(ts, equity);
    ask();
  };
  const reset = (all = []) => {
    points = new EquityPoints();
    for (const [ts, equity] of all) points.push(ts, equity);
    ask();
  };
  draw();
  return { push, reset };
}

function summary({ first, last }) {
  if (!last) return "Equity: nothing known yet";
  const made = format.profit(last.equity - first.equity);
  return `Equity ${format.money(last.equity)}, ${made} since ${format.time(first.ts)}`;
}

function part(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

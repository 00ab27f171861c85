/** A table cell that draws the last minute of a price. */

import { direction } from "./direction.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 72;
const HEIGHT = 16;
/** Ms of the clock in which a line that shows seconds is drawn once, in all views alike: it costs more than its row. */
const BEAT = 1000;

export class SparkCell {
  #svg = document.createElementNS(SVG, "svg");
  #path = document.createElementNS(SVG, "path");
  #trail;
  #version = -1;
  #beat = 0;

  constructor(td, column) {
    this.column = column;
    this.#svg.setAttribute("class", "ts-spark");
    this.#svg.setAttribute("viewBox", `-1 -1 ${WIDTH + 2} ${HEIGHT + 2}`);
    this.#svg.setAttribute("preserveAspectRatio", "none");
    this.#svg.setAttribute("aria-hidden", "true");
    this.#svg.append(this.#path);
    td.append(this.#svg);
  }

  update(row) {
    const trail = this.column.value(row);
    const beat = Math.floor(Date.now() / BEAT);
    if (trail === this.#trail && (trail.version === this.#version || beat === this.#beat)) return;
    [this.#trail, this.#version, this.#beat] = [trail, trail.version, beat];
    this.#path.setAttribute("d", trail.path(WIDTH, HEIGHT));
    this.#svg.dataset.direction = direction(trail.direction);
  }
}

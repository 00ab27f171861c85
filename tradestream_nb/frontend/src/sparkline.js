/** A table cell that draws the last minute of a price. */

import { direction } from "./direction.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 72;
const HEIGHT = 16;
/** Milliseconds between two drawings of a line that shows seconds: it costs more than all else in its row. */
const DRAW_EVERY = 1000;

export class SparkCell {
  #svg = document.createElementNS(SVG, "svg");
  #path = document.createElementNS(SVG, "path");
  #trail;
  #version = -1;
  #drawn = 0;

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
    const now = performance.now();
    if (trail === this.#trail && (trail.version === this.#version || now - this.#drawn < DRAW_EVERY)) return;
    [this.#trail, this.#version, this.#drawn] = [trail, trail.version, now];
    this.#path.setAttribute("d", trail.path(WIDTH, HEIGHT));
    this.#svg.dataset.direction = direction(trail.direction);
  }
}

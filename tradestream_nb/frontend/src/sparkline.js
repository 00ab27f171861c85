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
    if (trail === this.#trail && trail.version === this.#version) return;
    if (trail === this.#trail && beat() === this.#beat) return atNextBeat(this);
    this.#trail = trail;
    this.draw();
  }

  /** Draws the line as it is now. */
  draw() {
    const trail = this.#trail;
    late.delete(this);
    [this.#version, this.#beat] = [trail.version, beat()];
    this.#path.setAttribute("d", trail.path(WIDTH, HEIGHT));
    this.#svg.dataset.direction = direction(trail.direction);
  }
}

/** Lines that have moved since they were drawn, which nothing else may come to draw. */
const late = new Set();

function beat() {
  return Math.floor(Date.now() / BEAT);
}

function atNextBeat(line) {
  if (late.size === 0) setTimeout(drawLate, BEAT - (Date.now() % BEAT));
  late.add(line);
}

function drawLate() {
  for (const line of late) line.draw();
}

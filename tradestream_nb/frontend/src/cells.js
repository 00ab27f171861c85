/** The kinds of table cell. A cell is made once per visible row and updated in place. */

import { direction } from "./direction.js";

/** Plain text; touches the DOM only where text or direction changed. */
export class TextCell {
  #node = document.createTextNode("");
  #td;
  #text = "";
  #value;
  #direction = "";
  #flashes;

  constructor(td, column, flashes) {
    this.#td = td;
    this.#flashes = flashes;
    this.column = column;
    td.append(this.#node);
  }

  /** `same` says that the cell showed this very row before, so a different value is a move. */
  update(row, same) {
    const { column } = this;
    const value = column.value(row);
    if (same && value === this.#value) return;
    const text = column.format(value, row);
    if (column.flash && same) this.#flash(Math.sign(value - this.#value));
    this.#value = value;
    if (text !== this.#text) this.#node.data = this.#text = text;
    this.#point(column.direction ? direction(column.direction(row)) : "");
  }

  #point(way) {
    if (way === this.#direction) return;
    this.#direction = this.#td.dataset.direction = way;
  }

  #flash(sign) {
    if (sign) this.#flashes.light(this.#td, direction(sign));
  }
}

/** A word in a coloured capsule. */
export class PillCell {
  #pill = document.createElement("span");
  #tone = "";

  constructor(td, column) {
    this.column = column;
    this.#pill.className = "ts-pill";
    td.append(this.#pill);
  }

  update(row) {
    const text = this.column.format(this.column.value(row), row);
    if (this.#pill.textContent !== text) this.#pill.textContent = text;
    const tone = this.column.tone(row);
    if (tone !== this.#tone) this.#tone = this.#pill.dataset.tone = tone;
  }
}

/**
 * A live table of any length: a real <table> in a focusable scroller, with only the visible rows in the DOM.
 *
 * A column is {key, title, width, value(row), format(value, row)} and, where wanted, {numeric, direction(row), arrow,
 * flash, cell, tone(row), unsorted, room}. `width` is in characters; `direction` and `arrow` mark ups and downs;
 * `flash` lights up a move; `room` 1 or 2 lets the column give way where the table is narrow or not wide.
 * `fresh(row)` tells whether a row that comes into sight is news. With `choose(key)`, which hears of clicks, one row is
 * the `chosen()`. `counted(shown, all)` hears of each paint how many rows match what is searched for, and how many there
 * are.
 */

import { TextCell } from "./cells.js";
import { make } from "./element.js";
import { Flashes } from "./flashes.js";

const SPARE_ROWS = 3;
const FALLBACK_ROW_HEIGHT = 26;

export class Table {
  #columns;
  #key;
  #matches;
  #rows = [];
  #lines = new Map();
  #sort;
  #query = "";
  #waiting;
  #frame = 0;
  #ranges = [0, 0];
  #resized;
  #fresh;
  #counted;
  #choose;
  #chosen;
  #table;
  #headings;
  #body;
  #above;
  #below;
  #empty;
  #height = 0;
  #flashes = new Flashes();

  constructor(root, { label, columns, key, sort, ...options }) {
    this.#columns = columns;
    this.#key = key;
    this.#matches = options.matches ?? (() => true);
    this.#fresh = options.fresh ?? (() => false);
    this.#counted = options.counted ?? (() => {});
    [this.#choose, this.#chosen] = [options.choose, options.chosen ?? (() => undefined)];
    this.#sort = sort ?? { key: columns[0].key, descending: false };
    this.#waiting = options.empty ?? "nothing yet";
    this.#build(root, label);
    this.#resized = new ResizeObserver(() => this.schedule());
    this.#resized.observe(this.scroller);
    this.schedule();
  }

  /** Shows these rows from the next frame on; the array stays the caller's and is not changed. */
  set(rows) {
    this.#rows = rows;
    this.schedule();
  }

  /** Shows only the rows that match; an empty query shows all. */
  search(query) {
    this.#query = query.trim();
    this.scroller.scrollTop = 0;
    this.schedule();
  }

  /** Asks for a paint; however often it is asked, one frame is in flight. */
  schedule() {
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#resized.disconnect();
    this.#flashes.close();
    this.scroller.remove();
  }

  #build(root, label) {
    this.scroller = make("div", "ts-scroller");
    this.scroller.tabIndex = 0;
    this.scroller.setAttribute("role", "region");
    this.scroller.setAttribute("aria-label", label);
    this.scroller.addEventListener("scroll", () => this.schedule(), { passive: true });
    this.#table = make("table", "ts-table");
    this.#table.setAttribute("aria-label", label);
    this.#headings = this.#columns.map((column) => this.#heading(column));
    this.#table.createTHead().insertRow().append(...this.#headings);
    this.#body = this.#table.createTBody();
    this.#above = this.#spacer();
    this.#below = this.#spacer();
    this.#body.append(this.#above, this.#below);
    if (this.#choose) this.#body.addEventListener("click", (event) => this.#click(event));
    this.#empty = make("p", "ts-empty");
    this.scroller.append(this.#table, this.#empty);
    root.append(this.scroller);
  }

  #click({ target }) {
    const row = target.closest(".ts-row");
    if (row) this.#choose(row.dataset.key);
  }

  #heading(column) {
    const th = cell("th", column);
    th.scope = "col";
    th.style.width = `${column.width}ch`;
    th.append(column.unsorted ? make("span", "ts-caption", column.title) : this.#sorter(column));
    return th;
  }

  #sorter(column) {
    const button = make("button", "ts-caption ts-sort", column.title);
    button.type = "button";
    button.addEventListener("click", () => this.#sortBy(column));
    return button;
  }

  #spacer() {
    const tr = make("tr", "ts-spacer");
    tr.setAttribute("aria-hidden", "true");
    return tr;
  }

  /** Numbers begin with the largest, words with A; the second click turns round. */
  #sortBy({ key, numeric }) {
    const descending = this.#sort.key === key ? !this.#sort.descending : Boolean(numeric);
    this.#sort = { key, descending };
    this.schedule();
  }

  #paint() {
    this.#frame = 0;
    const rows = this.#arranged();
    this.#showSort();
    this.#showEmpty(rows.length);
    this.#counted(rows.length, this.#rows.length);
    this.#showRows(rows);
  }

  #arranged() {
    const { key, descending } = this.#sort;
    const { value } = this.#columns.find((column) => column.key === key);
    const rows = this.#query ? this.#rows.filter((row) => this.#matches(row, this.#query)) : this.#rows.slice();
    const turn = descending ? -1 : 1;
    return rows.sort((a, b) => turn * compare(value(a), value(b)));
  }

  #showSort() {
    this.#columns.forEach((column, index) => {
      const order = this.#sort.descending ? "descending" : "ascending";
      write(this.#headings[index], "aria-sort", column.key === this.#sort.key ? order : "none");
    });
  }

  #showEmpty(length) {
    this.#empty.hidden = length > 0;
    const text = this.#rows.length > 0 ? `nothing matches “${this.#query}”` : this.#waiting;
    if (this.#empty.textContent !== text) this.#empty.textContent = text;
  }

  #showRows(rows) {
    const height = this.#rowHeight();
    const { scrollTop, clientHeight } = this.scroller;
    const first = Math.max(0, Math.min(Math.floor(scrollTop / height) - SPARE_ROWS, rows.length - 1));
    const last = Math.min(rows.length, first + Math.ceil(clientHeight / height) + 2 * SPARE_ROWS);
    this.#place(rows.slice(first, last), first);
    this.#stretch(first * height, (rows.length - last) * height);
    write(this.#table, "aria-rowcount", String(rows.length + 1));
  }

  /** Keeps the line of every row that stays in sight, moves it if needed, and gives the others' lines to new rows. */
  #place(rows, first) {
    const keys = new Set(rows.map(this.#key));
    const chosen = this.#chosen();
    const spare = [...this.#lines.keys()].filter((key) => !keys.has(key));
    let next = this.#above.nextSibling;
    rows.forEach((row, index) => {
      const line = this.#line(this.#key(row), spare);
      if (!line.shown) this.#calm(line, row);
      write(line.tr, "aria-rowindex", String(first + index + 2));
      if (this.#choose) write(line.tr, "aria-current", String(this.#key(row) === chosen));
      for (const one of line.cells) one.update(row, line.shown);
      line.shown = true;
      if (line.tr === next) next = next.nextSibling;
      else this.#body.insertBefore(line.tr, next);
    });
    for (const key of spare) this.#drop(key);
  }

  #line(key, spare) {
    const known = this.#lines.get(key);
    if (known) return known;
    const old = spare.pop();
    const line = old === undefined ? this.#newLine() : this.#lines.get(old);
    if (old !== undefined) this.#lines.delete(old);
    line.shown = false;
    line.tr.dataset.key = key;
    this.#lines.set(key, line);
    return line;
  }

  /** What is lit for another row must not be lit for this one. */
  #calm({ tr }, row) {
    for (const element of [tr, ...tr.cells]) this.#flashes.calm(element);
    if (this.#fresh(row)) this.#flashes.light(tr, "fresh");
  }

  #newLine() {
    const tr = make("tr", "ts-row");
    const cells = this.#columns.map((column) => {
      const td = cell("td", column);
      tr.append(td);
      return new (column.cell ?? TextCell)(td, column, this.#flashes);
    });
    return { tr, cells, shown: false };
  }

  #drop(key) {
    this.#lines.get(key).tr.remove();
    this.#lines.delete(key);
  }

  #stretch(above, below) {
    if (this.#ranges[0] !== above) this.#above.style.height = `${above}px`;
    if (this.#ranges[1] !== below) this.#below.style.height = `${below}px`;
    this.#ranges = [above, below];
  }

  #rowHeight() {
    this.#height ||= this.#body.querySelector(".ts-row")?.offsetHeight;
    return this.#height || FALLBACK_ROW_HEIGHT;
  }
}

/** Numbers by size, words by alphabet, missing values below everything. */
function compare(a, b) {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  return (a ?? -Infinity) - (b ?? -Infinity) || 0;
}

function cell(tag, column) {
  const kinds = [column.numeric && "ts-number", column.arrow && "ts-arrow", column.room && `ts-room-${column.room}`];
  const element = make(tag, kinds.filter(Boolean).join(" "));
  element.dataset.column = column.key;
  return element;
}

function write(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

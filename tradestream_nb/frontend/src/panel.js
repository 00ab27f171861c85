/** A titled box with a live table in it, the same on the dashboard and in a notebook. */

import { make } from "./element.js";
import { searchBox } from "./search-box.js";
import { Table } from "./table.js";

export class Panel {
  #table;
  #count = make("span", "ts-count");

  /** `options` are the table's; where rows can match, there is a box to type into. */
  constructor(parent, name, title, options) {
    this.root = make("section", "ts-panel");
    this.root.dataset.panel = name;
    this.root.setAttribute("aria-label", title);
    this.bar = make("div", "ts-bar");
    this.bar.append(make("h2", "ts-title", title), this.#count);
    this.root.append(this.bar);
    const counted = (shown, all) => this.#tell(shown, all);
    this.#table = new Table(this.root, { label: title, counted, ...options });
    if (options.matches) this.bar.append(searchBox(this.#table, `Filter ${title.toLowerCase()}`));
    parent.append(this.root);
  }

  set rows(rows) {
    this.#table.set(rows);
  }

  close() {
    this.#table.close();
    this.root.remove();
  }

  #tell(shown, all) {
    const text = shown < all ? `${shown} of ${all}` : all > 0 ? String(all) : "";
    if (this.#count.textContent !== text) this.#count.textContent = text;
  }
}

/** A titled box of the page: finds its <section data-panel> and fills in the count beside the title. */

export class Panel {
  #count;

  constructor(name) {
    this.root = document.querySelector(`[data-panel="${name}"]`);
    this.tools = this.root.querySelector(".tools");
    this.#count = this.root.querySelector(".count");
  }

  set count(value) {
    const text = value > 0 ? String(value) : "";
    if (this.#count.textContent !== text) this.#count.textContent = text;
  }
}

/**
 * Lights elements up for a moment, by `data-flash`.
 *
 * One timer puts them all out: where every row ticks, an animation of each would have the page repaint at every frame.
 */

const MOMENT = 600;
const MOMENTS = { fresh: 1600 };
const LOOK_EVERY = 200;

export class Flashes {
  #ends = new Map();
  #timer;

  /** Lights an element up as `kind`, anew when it is lit already. */
  light(element, kind) {
    if (element.dataset.flash !== kind) element.dataset.flash = kind;
    this.#ends.set(element, Date.now() + (MOMENTS[kind] ?? MOMENT));
    this.#timer ??= setTimeout(this.#look, LOOK_EVERY);
  }

  /** Puts an element out now. */
  calm(element) {
    if (this.#ends.delete(element)) delete element.dataset.flash;
  }

  close() {
    clearTimeout(this.#timer);
  }

  #look = () => {
    const now = Date.now();
    for (const [element, end] of this.#ends) if (end <= now) this.calm(element);
    this.#timer = this.#ends.size > 0 ? setTimeout(this.#look, LOOK_EVERY) : undefined;
  };
}

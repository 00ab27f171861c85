/** Tells rows that have just happened from those that were there before; each is news once. */

export class News {
  #told = new WeakSet();

  is(row) {
    if (row.snapshot || this.#told.has(row)) return false;
    this.#told.add(row);
    return true;
  }
}

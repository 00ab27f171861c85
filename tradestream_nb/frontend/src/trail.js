/** The last minute of one price: at most one value a second. */

export const SECONDS = 60;

export class Trail {
  version = 0;
  #points = [];

  /** Keeps `price` as the value of the second that `ts` (epoch µs) falls in; a replay that has gone back goes on there. */
  push(ts, price) {
    const second = Math.floor(ts / 1e6);
    while (this.#points.at(-1)?.second > second) {
      this.#points.pop();
      this.version += 1;
    }
    const last = this.#points.at(-1);
    if (last?.second === second) {
      if (last.price === price) return;
      last.price = price;
    } else {
      this.#points.push({ second, price });
      this.#forget(second - SECONDS);
    }
    this.version += 1;
  }

  /** -1, 0 or 1: where the price went within the minute. */
  get direction() {
    return Math.sign((this.#points.at(-1)?.price ?? 0) - (this.#points[0]?.price ?? 0));
  }

  /** The `d` of an SVG path that fits a box; empty until there are two points. */
  path(width, height) {
    if (this.#points.length < 2) return "";
    const prices = this.#points.map((point) => point.price);
    const low = Math.min(...prices);
    const span = Math.max(...prices) - low;
    const end = this.#points.at(-1).second;
    const corners = this.#points.map(({ second, price }) => {
      const x = width * (1 - (end - second) / SECONDS);
      const y = span === 0 ? height / 2 : height * (1 - (price - low) / span);
      return `${x.toFixed(1)} ${y.toFixed(1)}`;
    });
    return `M${corners.join("L")}`;
  }

  /** One point older than the edge stays, so that a quiet line does not shrink to nothing. */
  #forget(edge) {
    while (this.#points.length > 2 && this.#points[1].second <= edge) this.#points.shift();
    if (this.#points[0].second < edge) this.#points[0].second = edge;
  }
}

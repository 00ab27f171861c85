/** How long to wait before each next attempt, in ms: random, under a ceiling that doubles from 1 s to 30 s. */

const FLOOR = 500;
const CEILING = 30_000;

export function* backoff(random = Math.random) {
  for (let ceiling = 2 * FLOOR; ; ceiling = Math.min(2 * ceiling, CEILING)) {
    yield FLOOR + random() * (ceiling - FLOOR);
  }
}

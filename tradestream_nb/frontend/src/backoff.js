/** How long to wait before each next attempt, in ms: random, under a ceiling that doubles from 1 s to 30 s. */

const FIRST = 1_000;
const MOST = 30_000;

export function* backoff(random = Math.random) {
  for (let ceiling = FIRST; ; ceiling = Math.min(2 * ceiling, MOST)) yield random() * ceiling;
}

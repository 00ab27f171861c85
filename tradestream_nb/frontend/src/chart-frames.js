/** A chart's bars and marks, rebuilt from the kernel's frames: rows of float64 and a list of marks. */

import { floats } from "./floats.js";

export class ChartFrames {
  symbol = "";
  /** Length of a bar. */
  seconds = 0;
  /** `{ts, time, open, high, low, close, volume}`, oldest first; ts is in epoch µs, time the same in seconds. */
  bars = [];
  /** `{bar, kind, side, price, text}`: each on the bar that it happened in. */
  marks = [];
  /** Why there are no bars; empty while they may still come. */
  missing = "";
  #happened = [];

  /** Takes in a frame that follows the one before, and says which bars are new: `tail`, or all when it is `whole`. */
  apply({ full, symbol, seconds, first, after, marks, missing = "" }, buffer) {
    [this.symbol, this.seconds, this.missing] = [symbol, seconds, missing];
    const tail = unpack(buffer);
    const [oldest, newest] = [this.bars[0], this.bars.at(-1)];
    const kept = full ? [] : this.bars.filter(({ ts }) => ts >= first && ts <= after);
    this.bars = [...kept, ...tail];
    const goesOn = kept.length > 0 && kept[0] === oldest && tail[0]?.ts >= newest.ts;
    if (marks) this.#happened = marks;
    const marked = Boolean(marks) || !goesOn;
    if (marked) this.marks = this.#happened.flatMap((mark) => place(mark, this.bars, seconds));
    return { tail, whole: !goesOn, marked };
  }
}

/** On the bar within whose time it happened; before the first there is none, and after the last is on the last. */
function place({ ts, ...mark }, bars, seconds) {
  if (bars.length === 0 || ts <= bars[0].ts - seconds * 1e6) return [];
  return [{ ...mark, bar: bars.find((bar) => bar.ts >= ts) ?? bars.at(-1) }];
}

function unpack(buffer) {
  const values = floats(buffer);
  return Array.from({ length: values.length / 6 }, (_, n) => {
    const [ts, open, high, low, close, volume] = values.subarray(6 * n);
    return { ts, time: ts / 1e6, open, high, low, close, volume };
  });
}

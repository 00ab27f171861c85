/** How each stream is doing. Ages go on while nothing arrives: that is when they matter. */

import { number, pill, words } from "../columns.js";
import * as format from "../format.js";
import { Panel } from "../panel.js";

const TONES = { ok: "up", starting: "wait", stale: "warn", failing: "down", stopped: "flat", ended: "flat" };

export class HealthPanel extends Panel {
  constructor(parent) {
    super(parent, "health", "Stream health", {
      columns: [
        words("name", "Stream", 14.5),
        pill("state", "State", 10, TONES),
        number("age", "Updated", 7.5, format.age),
        number("messages", "Messages", 10, format.count, { room: 1 }),
        number("errors", "Errors", 6.5, format.count, { direction: (row) => -row.errors }),
        words("text", "", 21, { room: 2, unsorted: true }),
      ],
      key: (row) => row.name,
      empty: "waiting for the first report",
    });
  }

  /** `now` is epoch µs on the streams' clock. */
  show({ streams }, now) {
    const age = (moment) => (format.isMissing(moment) ? null : now - moment);
    this.rows = [...streams.values()].map((row) => ({ ...row, age: age(row.last_update) }));
  }
}

/** How each stream is doing. Ages go on while nothing arrives: that is when they matter. */

import { PillCell } from "../cells.js";
import * as format from "../format.js";
import { Panel } from "../panel.js";
import { Table } from "../table.js";

const TONES = { ok: "up", starting: "wait", stale: "warn", failing: "down", stopped: "flat", ended: "flat" };

export class HealthPanel {
  #panel = new Panel("health");
  #table = new Table(this.#panel.root, {
    label: "Stream health",
    columns: [
      { key: "name", title: "Stream", value: (row) => row.name, format: String, width: 13 },
      { key: "state", title: "State", value: (row) => row.state, format: String, cell: PillCell, tone: (row) => TONES[row.state] ?? "flat", width: 9 },
      { key: "age", title: "Updated", value: (row) => row.age, format: format.age, numeric: true, width: 8 },
      { key: "messages", title: "Messages", value: (row) => row.messages, format: format.count, numeric: true, width: 10, room: 1 },
      { key: "errors", title: "Errors", value: (row) => row.errors, format: format.count, direction: (row) => (row.errors > 0 ? -1 : 0), numeric: true, width: 7 },
      { key: "text", title: "", value: (row) => row.text || "", format: String, unsorted: true, width: 22, room: 2 },
    ],
    key: (row) => row.name,
    empty: "waiting for the first report",
  });

  /** `now` is epoch µs on the server's clock. */
  show({ streams }, now) {
    const rows = [...streams.values()].map((row) => ({ ...row, age: row.last_update === null ? null : now - row.last_update }));
    this.#panel.count = rows.length;
    this.#table.set(rows);
  }
}

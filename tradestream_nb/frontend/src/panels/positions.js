/** What the account holds, and what it has made of it. */

import * as format from "../format.js";
import { Panel } from "../panel.js";
import { Table } from "../table.js";

const won = (row) => Math.sign(row.unrealized_pnl || 0);

export class PositionsPanel {
  #panel = new Panel("positions");
  #table = new Table(this.#panel.root, {
    label: "Positions",
    columns: [
      { key: "symbol", title: "Symbol", value: (row) => row.symbol, format: String, width: 9 },
      { key: "quantity", title: "Qty", value: (row) => row.quantity, format: format.quantity, numeric: true, width: 8 },
      { key: "average_price", title: "Average", value: (row) => row.average_price, format: format.price, numeric: true, width: 11, room: 2 },
      { key: "market_price", title: "Market", value: (row) => row.market_price, format: format.price, numeric: true, width: 11, flash: true, room: 1 },
      { key: "unrealized_pnl", title: "P&L", value: (row) => row.unrealized_pnl, format: format.profit, direction: won, numeric: true, width: 11 },
      { key: "unrealized_pnl_pct", title: "P&L %", value: (row) => row.unrealized_pnl_pct, format: format.percent, direction: won, arrow: true, numeric: true, width: 11 },
    ],
    key: (row) => row.key,
    empty: "no open positions",
  });

  show({ accounts }) {
    const rows = [...accounts].flatMap(([account, data]) => lines(account, data));
    this.#panel.count = rows.length;
    this.#table.set(rows);
    this.#showTotals(totals([...accounts.values()]));
  }

  #showTotals(sums) {
    this.#write("equity", format.money(sums.equity));
    this.#write("cash", format.money(sums.cash));
    this.#write("total_pnl", format.profit(sums.total_pnl), sums.total_pnl);
    this.#write("total_pnl_pct", sums.total_pnl_pct === null ? "" : format.percent(sums.total_pnl_pct), sums.total_pnl_pct);
    this.#write("realized_pnl", format.profit(sums.realized_pnl), sums.realized_pnl);
  }

  #write(name, text, direction = 0) {
    const place = this.#panel.root.querySelector(`[data-total="${name}"]`);
    if (place.textContent !== text) place.textContent = text;
    place.dataset.direction = ["down", "flat", "up"][Math.sign(direction || 0) + 1];
  }
}

/** Sums over accounts; what no account states stays missing. */
export function totals(accounts) {
  const sum = (name) => accounts.reduce((total, { [name]: value }) => value == null ? total : (total ?? 0) + value, null);
  const cost = accounts.flatMap(({ positions }) => Object.values(positions)).reduce(
    (total, { quantity, average_price: price }) => total + Math.abs(quantity * price), 0);
  const profit = sum("total_pnl");
  const percent = accounts.length === 1 ? accounts[0].total_pnl_pct : cost > 0 ? (100 * profit) / cost : null;
  return { equity: sum("equity"), cash: sum("cash"), realized_pnl: sum("realized_pnl"), total_pnl: profit, total_pnl_pct: percent };
}

function lines(account, { positions }) {
  return Object.values(positions).map((position) => ({ key: `${account}/${position.symbol}`, ...position }));
}

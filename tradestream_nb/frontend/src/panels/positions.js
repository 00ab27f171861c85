/** What the account holds, and what it has made of it. */

import { gain, number, words } from "../columns.js";
import { direction } from "../direction.js";
import * as format from "../format.js";
import { Panel } from "../panel.js";
import { Table } from "../table.js";

export class PositionsPanel {
  #panel = new Panel("positions");
  #table = new Table(this.#panel.root, {
    label: "Positions",
    columns: [
      words("symbol", "Symbol", 9),
      number("quantity", "Qty", 8, format.quantity),
      number("average_price", "Average", 11, format.price, { room: 2 }),
      number("market_price", "Market", 11, format.price, { room: 1, flash: true }),
      gain("unrealized_pnl", "P&L", 11, format.profit, "unrealized_pnl"),
      gain("unrealized_pnl_pct", "P&L %", 11, format.percent, "unrealized_pnl", { arrow: true }),
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
    const percent = isStated(sums.total_pnl_pct) ? format.percent(sums.total_pnl_pct) : "";
    this.#write("total_pnl_pct", percent, sums.total_pnl_pct);
    this.#write("realized_pnl", format.profit(sums.realized_pnl), sums.realized_pnl);
  }

  #write(name, text, move = 0) {
    const place = this.#panel.root.querySelector(`[data-total="${name}"]`);
    if (place.textContent !== text) place.textContent = text;
    place.dataset.direction = direction(move);
  }
}

/** Sums over accounts; what no account states stays missing. */
function totals(accounts) {
  const sum = (name) => accounts.map((account) => account[name]).filter(isStated).reduce(add, null);
  const cost = accounts.flatMap(({ positions }) => Object.values(positions)).map(paid).reduce(add, null);
  const total_pnl = sum("total_pnl");
  const total_pnl_pct = accounts.length === 1 ? accounts[0].total_pnl_pct : cost && (100 * total_pnl) / cost;
  return { equity: sum("equity"), cash: sum("cash"), realized_pnl: sum("realized_pnl"), total_pnl, total_pnl_pct };
}

const isStated = (value) => !format.isMissing(value);
const add = (total, value) => (total ?? 0) + value;
const paid = ({ quantity, average_price }) => Math.abs(quantity * average_price);

function lines(account, { positions }) {
  return Object.values(positions).map((position) => ({ key: `${account}/${position.symbol}`, ...position }));
}

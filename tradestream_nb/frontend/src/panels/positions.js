/** What the account holds, and what it has made of it. */

import { gain, matchesSymbol, number, words } from "../columns.js";
import { make } from "../element.js";
import { mountEquityCurve } from "../equity-curve.js";
import * as format from "../format.js";
import { Panel } from "../panel.js";
import { Totals } from "../totals.js";

export class PositionsPanel extends Panel {
  #totals = new Totals();
  #curve;
  #before = null;

  constructor(parent) {
    super(parent, "positions", "Positions", {
      columns: [
        words("symbol", "Symbol", 9),
        number("quantity", "Qty", 8, format.quantity),
        number("average_price", "Average", 11, format.price, { room: 2 }),
        number("market_price", "Market", 11, format.price, { room: 1, flash: true }),
        gain("unrealized_pnl", "P&L", 11, format.profit, "unrealized_pnl"),
        gain("unrealized_pnl_pct", "P&L %", 11, format.percent, "unrealized_pnl", { arrow: true }),
      ],
      key: (row) => row.key,
      matches: matchesSymbol,
      empty: "no open positions",
    });
    const place = make("div", "ts-curve");
    this.bar.after(this.#totals.root, place);
    this.#curve = mountEquityCurve(place);
  }

  show({ accounts, equity }) {
    if (equity !== this.#before) this.#curve.reset(equity);
    this.#before = equity;
    this.rows = [...accounts].flatMap(([account, data]) => lines(account, data));
    const total = sums([...accounts.values()]);
    this.#totals.show(total);
    if (isStated(total.equity)) this.#curve.push(total.ts, total.equity);
  }
}

/** Sums over accounts; what no account states stays missing. */
function sums(accounts) {
  const sum = (name) => accounts.map((account) => account[name]).filter(isStated).reduce(add, null);
  const cost = accounts.flatMap(({ positions }) => Object.values(positions)).map(paid).reduce(add, null);
  const total_pnl = sum("total_pnl");
  const total_pnl_pct = accounts.length === 1 ? accounts[0].total_pnl_pct : cost && (100 * total_pnl) / cost;
  const ts = Math.max(...accounts.map((account) => account.ts));
  return { ts, equity: sum("equity"), cash: sum("cash"), realized_pnl: sum("realized_pnl"), total_pnl, total_pnl_pct };
}

const isStated = (value) => !format.isMissing(value);
const add = (total, value) => (total ?? 0) + value;
const paid = ({ quantity, average_price }) => Math.abs(quantity * average_price);

function lines(account, { positions }) {
  return Object.values(positions).map((position) => ({ key: `${account}/${position.symbol}`, ...position }));
}

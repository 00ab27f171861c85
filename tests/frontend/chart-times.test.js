import assert from "node:assert/strict";
import { test } from "node:test";

import { faded } from "../../tradestream_nb/frontend/src/chart-theme.js";
import { moment, span, tick } from "../../tradestream_nb/frontend/src/chart-times.js";

process.env.TZ = "America/New_York";
const MIDNIGHT = Date.UTC(2026, 0, 6) / 1000;

test("within a day the axis shows the viewer's time", () => {
  assert.equal(tick(MIDNIGHT + 3600, 3, 60), "20:00");
  assert.equal(tick(MIDNIGHT + 3605.5, 4, 5), "20:00:05");
  assert.equal(moment(MIDNIGHT, 60), "5 Jan 2026, 19:00:00");
});

test("a day's bar is shown on its day wherever the viewer is", () => {
  assert.equal(tick(MIDNIGHT, 2, 86_400), "6 Jan");
  assert.equal(tick(MIDNIGHT, 1, 86_400), "Jan");
  assert.equal(tick(MIDNIGHT, 0, 86_400), "2026");
  assert.equal(moment(MIDNIGHT, 86_400), "6 Jan 2026");
});

test("a bar's length is told in its largest unit", () => {
  assert.deepEqual([0.5, 5, 60, 90, 14_400, 86_400].map(span), ["0.5 s", "5 s", "1 min", "1.5 min", "4 h", "1 d"]);
});

test("a colour fades whether it was solid or not", () => {
  assert.equal(faded("rgb(1, 2, 3)", 0.4), "rgba(1, 2, 3, 0.4)");
  assert.equal(faded("rgba(1, 2, 3, 0.54)", 0.4), "rgba(1, 2, 3, 0.4)");
});

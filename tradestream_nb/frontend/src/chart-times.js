/** Times on a chart's axis: the viewer's time of day for bars within a day, the date in UTC for longer ones. */

const DAY = 86_400;
const PARTS = [
  { year: "numeric" },
  { month: "short" },
  { day: "numeric", month: "short" },
  { hour: "2-digit", minute: "2-digit" },
  { hour: "2-digit", minute: "2-digit", second: "2-digit" },
];
const made = new Map();

/** The label at a tick of the axis; `kind` is the library's number for year, month, day, time, time with seconds. */
export function tick(time, kind, seconds) {
  return write(time, PARTS[kind], seconds);
}

/** The label under the crosshair. */
export function moment(time, seconds) {
  return write(time, { day: "numeric", month: "short", year: "numeric", ...(seconds < DAY && PARTS[4]) }, seconds);
}

/** A bar's length: 5 s, 1 min, 4 h, 1 d. */
export function span(seconds) {
  const [unit, size] = [["d", DAY], ["h", 3600], ["min", 60], ["s", 1]].find(([, size]) => seconds >= size) ?? ["s", 1];
  return `${Number((seconds / size).toFixed(2))} ${unit}`;
}

function write(time, parts, seconds) {
  const options = { ...parts, timeZone: seconds < DAY ? undefined : "UTC" };
  const key = JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat("en-GB", options));
  return made.get(key).format(time * 1000);
}

/** Numbers and times as people read them; whatever is missing becomes a dash. */

export const MISSING = "—";

const fixed = new Map();
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const units = new Intl.NumberFormat("en-US", { maximumFractionDigits: 4 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function isMissing(value) {
  return value === null || value === undefined || Number.isNaN(value);
}

/** How many decimals a price of this size is quoted with: enough to see an ordinary move. */
export function decimals(price) {
  const size = Math.abs(price);
  if (size >= 10 || size === 0) return 2;
  return size >= 0.01 ? 4 : 8;
}

export function price(value) {
  return isMissing(value) ? MISSING : number(value, decimals(value));
}

/** A move in price units, signed, with the decimals of the price that moved. */
export function change(value, of) {
  return isMissing(value) ? MISSING : signed(value, decimals(isMissing(of) ? value : of));
}

/** `1.5` means 1.5 %. */
export function percent(value) {
  return isMissing(value) ? MISSING : `${signed(value, 2)} %`;
}

/** A share of one, as 0.82 of certainty. */
export function share(value) {
  return isMissing(value) ? MISSING : `${whole.format(value * 100)} %`;
}

export function volume(value) {
  return isMissing(value) ? MISSING : compact.format(value);
}

export function count(value) {
  return isMissing(value) ? MISSING : whole.format(value);
}

export function quantity(value) {
  return isMissing(value) ? MISSING : minus(units.format(value));
}

export function money(value) {
  return isMissing(value) ? MISSING : number(value, 2);
}

/** Money that was won or lost, so the sign always shows. */
export function profit(value) {
  return isMissing(value) ? MISSING : signed(value, 2);
}

/** Epoch µs as the viewer's local time of day. */
export function time(micros) {
  return isMissing(micros) ? MISSING : clock.format(micros / 1000);
}

/** How long ago something was, from a span in µs. */
export function age(micros) {
  if (isMissing(micros)) return MISSING;
  const seconds = Math.max(0, micros / 1e6);
  if (seconds < 1) return "now";
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86400)} d`;
}

function number(value, digits) {
  let format = fixed.get(digits);
  if (!format) {
    format = new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    fixed.set(digits, format);
  }
  return minus(format.format(value));
}

/** A value that rounds to zero carries no sign: "-0.00" would claim a loss. */
function signed(value, digits) {
  const text = number(Math.abs(value), digits);
  if (!/[1-9]/.test(text)) return text;
  return (value > 0 ? "+" : "−") + text;
}

/** The hyphen is narrower than a digit; the minus sign is not. */
function minus(text) {
  return text.replace("-", "−");
}

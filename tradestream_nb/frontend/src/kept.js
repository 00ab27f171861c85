/** What a browser keeps of a page: in localStorage between visits, in sessionStorage for one tab. */

/** Null where nothing is kept. */
export function recall(storage, name) {
  try {
    return globalThis[storage].getItem(name);
  } catch {
    return null;
  }
}

/** Null takes it away. A browser may forbid storage, even to name it; what is chosen then lasts as long as the page. */
export function remember(storage, name, value) {
  try {
    if (value === null) globalThis[storage].removeItem(name);
    else globalThis[storage].setItem(name, value);
  } catch {
    return;
  }
}

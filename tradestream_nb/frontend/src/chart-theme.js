/** The theme's colours for a canvas, which inherits none. */

const NAMES = ["surface", "line", "text", "muted", "accent", "up", "down"];

/** Calls `paint(colours)` when the element comes into the page and whenever the colours have changed since. */
export function followTheme(element, paint) {
  let last = "";
  const look = () => {
    if (!element.isConnected) return;
    const colours = read(element);
    const now = Object.values(colours).join();
    if (now !== last) paint(colours);
    last = now;
  };
  const placed = new ResizeObserver(look);
  placed.observe(element);
  const switched = new MutationObserver(look);
  switched.observe(document.body, { attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });
  switched.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  preferred.addEventListener("change", look);
  return () => {
    placed.disconnect();
    switched.disconnect();
    preferred.removeEventListener("change", look);
  };
}

/** `rgb(1, 2, 3)` or `rgba(1, 2, 3, 0.5)` with the opacity `alpha`. */
export function faded(colour, alpha) {
  return colour.replace(/^rgba?\(([^,]+,[^,]+,[^,)]+).*$/, `rgba($1, ${alpha})`);
}

/** A custom property may hold a function such as light-dark(); only where it is used as a colour does it become one. */
function read(element) {
  const probe = document.createElement("span");
  element.append(probe);
  const colours = NAMES.map((name) => {
    probe.style.color = `var(--ts-${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(colours);
}

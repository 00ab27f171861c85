/** The widgets of the live tables: the dashboard's panels, fed by the kernel. */

import { make } from "../src/element.js";
import { KernelLink } from "../src/kernel-link.js";
import { Panels } from "../src/panels.js";
import { Store } from "../src/store.js";
import { StoreFrames } from "../src/store-frames.js";
import { StreamClock } from "../src/stream-clock.js";

function render({ model, el }) {
  const topics = model.get("topics");
  const place = make("div", topics.length > 1 ? "ts-board" : "ts-alone");
  el.classList.add("ts-root", "ts-widget");
  el.append(place);
  place.addEventListener("keydown", keep);
  const store = new Store();
  const frames = new StoreFrames(store);
  const clock = new StreamClock();
  const panels = new Panels(place, topics, store, clock);
  const link = new KernelLink(model, el, (frame, buffers) => {
    const changed = frames.apply(frame, buffers);
    if (changed === null) return false;
    clock.now = frame.now;
    panels.show(changed);
    // The tables have asked for the next animation frame before, so this comes after their paint.
    requestAnimationFrame(() => link.painted());
    return true;
  });
  link.open();
  return () => {
    link.close();
    panels.close();
    place.remove();
  };
}

/** Otherwise the notebook would scroll, run or delete its own cells; its shortcuts with Ctrl or Cmd go on to it. */
function keep(event) {
  if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
}

export default { render };

/** A widget of panels, fed by the kernel, with room for another panel beside them. */

import { make } from "./element.js";
import { KernelLink } from "./kernel-link.js";
import { Panels } from "./panels.js";
import { Store } from "./store.js";
import { StoreFrames } from "./store-frames.js";
import { StreamClock } from "./stream-clock.js";

/**
 * Renders it and returns what cleans it up.
 *
 * `beside(place, say)` may make another panel: {show(frame, buffers, store), close(), options}, where `say` tells the
 * kernel something and `options` are the panels', by channel.
 */
export function livePanels({ model, el }, beside = () => null) {
  const topics = model.get("topics");
  const place = make("div", topics.length > 1 ? "ts-board" : "ts-alone");
  el.classList.add("ts-root", "ts-widget");
  el.append(place);
  place.addEventListener("keydown", keep);
  const store = new Store();
  const frames = new StoreFrames(store);
  const clock = new StreamClock();
  const link = new KernelLink(model, el, (frame, buffers) => {
    const changed = frames.apply(frame, buffers);
    if (changed === null) return false;
    clock.now = frame.now;
    panels.show(changed);
    other?.show(frame, buffers, store);
    // The tables have asked for the next animation frame before, so this comes after their paint.
    requestAnimationFrame(() => link.painted());
    return true;
  });
  const other = beside(place, (message) => link.say(message));
  const panels = new Panels(place, topics, store, clock, other?.options);
  link.open();
  return () => {
    link.close();
    panels.close();
    other?.close();
    place.remove();
  };
}

/** Otherwise the notebook would scroll, run or delete its own cells; its shortcuts with Ctrl or Cmd go on to it. */
function keep(event) {
  if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
}

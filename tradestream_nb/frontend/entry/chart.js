/** The widget of a live chart, fed by the kernel; a page without a kernel imports the chart alone. */

import { CandleChart } from "../src/chart.js";
import { ChartFrames } from "../src/chart-frames.js";
import { KernelLink } from "../src/kernel-link.js";

function render({ model, el }) {
  el.classList.add("ts-root", "ts-chart");
  const frames = new ChartFrames();
  const chart = new CandleChart(el, frames);
  const link = new KernelLink(model, el, (frame, [buffer]) => {
    chart.show(frames.apply(frame, buffer));
    requestAnimationFrame(() => link.painted());
    return true;
  });
  link.open();
  return () => {
    link.close();
    chart.close();
  };
}

export { CandleChart };
export default { render };

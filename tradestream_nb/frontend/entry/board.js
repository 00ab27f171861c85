/** The widget of the board: all panels and the chart of the symbol that is chosen. */

import { ChartPanel } from "../src/panels/chart.js";
import { livePanels } from "../src/live-panels.js";

export default { render: (view) => livePanels(view, (place, say) => new ChartPanel(place, say)) };

/** The widgets of the live tables: the dashboard's panels, fed by the kernel. */

import { livePanels } from "../src/live-panels.js";

export default { render: (view) => livePanels(view) };

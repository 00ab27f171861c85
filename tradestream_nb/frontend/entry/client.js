/** The client by itself, for dashboards of one's own: `import { Client } from "http://127.0.0.1:8765/client.js"`. */

export { Client } from "../src/client.js";

/** The token of this tab: given along behind the address's #, kept from before, or asked for when it is needed. */

import { recall, remember } from "./kept.js";

const KEPT = ["sessionStorage", "tradestream.token"];

export class TokenGate {
  #dialog;
  #token;

  /** `dialog` holds a form with a field named token and a place for what is wrong, of class problem. */
  constructor(dialog) {
    this.#dialog = dialog;
    this.#token = given() ?? recall(...KEPT);
  }

  /** Null until there is one. */
  get token() {
    return this.#token;
  }

  /** Asks for another token, saying why, and calls `use` when there is one. */
  ask(problem, use) {
    this.#token = null;
    remember(...KEPT, null);
    this.#dialog.querySelector(".problem").textContent = problem;
    this.#dialog.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      const { token } = event.target.elements;
      this.#token = token.value.trim();
      token.value = "";
      remember(...KEPT, this.#token);
      this.#dialog.close();
      use();
    };
    if (!this.#dialog.open) this.#dialog.showModal();
  }
}

/** What is behind the # is not sent to a server; taking it out of the address keeps it from being looked at or copied. */
function given() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return null;
  history.replaceState(null, "", location.pathname + location.search);
  remember(...KEPT, token);
  return token;
}

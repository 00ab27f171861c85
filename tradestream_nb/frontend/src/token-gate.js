/** The token of this tab: given along behind the address's #, kept from before, or asked for when it is needed. */

const NAME = "tradestream.token";

export class TokenGate {
  #dialog;
  #token;

  /** `dialog` holds a form with a field named token and a place for what is wrong, of class problem. */
  constructor(dialog) {
    this.#dialog = dialog;
    this.#token = given() ?? recall();
  }

  /** Null until there is one. */
  get token() {
    return this.#token;
  }

  /** Asks for another token, saying why, and calls `use` when there is one. */
  ask(problem, use) {
    this.#token = null;
    remember(null);
    this.#dialog.querySelector(".problem").textContent = problem;
    this.#dialog.querySelector("form").onsubmit = (event) => {
      event.preventDefault();
      const { token } = event.target.elements;
      this.#token = token.value.trim();
      token.value = "";
      remember(this.#token);
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
  remember(token);
  return token;
}

/** A browser may forbid storage; the token then lasts as long as the page. */
function remember(token) {
  try {
    if (token === null) sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, token);
  } catch {
    return;
  }
}

function recall() {
  try {
    return sessionStorage.getItem(NAME);
  } catch {
    return null;
  }
}

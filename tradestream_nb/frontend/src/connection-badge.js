/** Says in a word and a colour whether what is on the page is live. */

const WORDS = { connecting: "connecting", open: "live", reconnecting: "reconnecting", closed: "closed" };

export class ConnectionBadge {
  #badge = document.querySelector(".badge");

  show(state, detail = "") {
    this.#badge.dataset.state = state;
    this.#badge.textContent = WORDS[state];
    this.#badge.title = detail;
  }
}

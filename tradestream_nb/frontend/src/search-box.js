/** A box to type part of a symbol into; Escape empties it. */

export function searchBox(table, label) {
  const box = document.createElement("input");
  box.type = "search";
  box.className = "ts-search";
  box.placeholder = "Filter";
  box.spellcheck = false;
  box.autocomplete = "off";
  box.setAttribute("aria-label", label);
  box.addEventListener("input", () => table.search(box.value));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    box.value = "";
    table.search("");
  });
  return box;
}

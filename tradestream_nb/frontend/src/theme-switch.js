/** Auto, light or dark, remembered between visits. */

import { recall, remember } from "./kept.js";

const KEPT = ["localStorage", "tradestream.theme"];

/** `group` is a fieldset of radio buttons with the values auto, light and dark. */
export function themeSwitch(group, root = document.documentElement) {
  const choose = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
  };
  const chosen = group.querySelector(`[value="${recall(...KEPT)}"]`) ?? group.querySelector('[value="auto"]');
  chosen.checked = true;
  choose(chosen.value);
  group.addEventListener("change", ({ target }) => {
    choose(target.value);
    remember(...KEPT, target.value);
  });
}

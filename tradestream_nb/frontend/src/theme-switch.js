/** Auto, light or dark, remembered between visits. */

const NAME = "tradestream.theme";

/** `group` is a fieldset of radio buttons with the values auto, light and dark. */
export function themeSwitch(group, root = document.documentElement) {
  const choose = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
  };
  const chosen = group.querySelector(`[value="${recall()}"]`) ?? group.querySelector('[value="auto"]');
  chosen.checked = true;
  choose(chosen.value);
  group.addEventListener("change", ({ target }) => {
    choose(target.value);
    remember(target.value);
  });
}

/** A browser may forbid storage; the choice then lasts as long as the page. */
function remember(theme) {
  try {
    localStorage.setItem(NAME, theme);
  } catch {
    return;
  }
}

function recall() {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null;
  }
}

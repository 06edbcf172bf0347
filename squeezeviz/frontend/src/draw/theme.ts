/** Light or dark, as JupyterLab marks it on the page's body. */
import { type Signal, signal } from "@preact/signals-core";

let marked: Signal<string> | undefined;

function mark(): string {
  const { jpThemeLight, jpThemeName } = document.body.dataset;
  return `${jpThemeName ?? ""} ${jpThemeLight ?? ""}`;
}

/** Name and kind of the theme, in one: another one is another look. */
export function look(): string {
  if (!marked) {
    const found = signal(mark());
    const observer = new MutationObserver(() => {
      found.value = mark();
    });
    observer.observe(document.body, {
      attributes: true,
      attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"],
    });
    marked = found;
  }
  return marked.value;
}

export function theme(): "light" | "dark" {
  return look().endsWith(" false") ? "dark" : "light";
}

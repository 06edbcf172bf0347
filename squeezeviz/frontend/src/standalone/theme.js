/** Light or dark: as the system has it, or as chosen on the page. Views read JupyterLab's mark on the body. */
import { choices } from "../dom.js";

/** @import { View } from "../store/types.ts" */

/** @returns {View} */
export function themeSwitch() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = "system";
  const show = () => {
    const isDark = chosen === "system" ? dark.matches : chosen === "dark";
    document.body.dataset["jpThemeLight"] = String(!isDark);
    document.documentElement.style.colorScheme = isDark ? "dark" : "light";
    row.show(chosen);
  };
  const row = choices(
    "Colours of the page",
    [
      { value: "system", text: "As the system" },
      { value: "light", text: "Light" },
      { value: "dark", text: "Dark" },
    ],
    (value) => {
      chosen = value;
      show();
    },
  );
  show();
  dark.addEventListener("change", show);
  return { element: row.element, close: () => dark.removeEventListener("change", show) };
}

import { useEffect, useState } from "preact/hooks";
import { RadioGroup } from "../../ui/RadioGroup.tsx";

const CHOICES = [
  { value: "system", text: "As the system" },
  { value: "light", text: "Light" },
  { value: "dark", text: "Dark" },
] as const;

type Choice = (typeof CHOICES)[number]["value"];

/** Light or dark: as the system has it, or as chosen on the page. Views read JupyterLab's mark on the body. */
export function ThemeSwitch() {
  const [chosen, choose] = useState<Choice>("system");
  useEffect(() => followTheme(chosen), [chosen]);
  return <RadioGroup label="Colours of the page" options={CHOICES} value={chosen} choose={choose} />;
}

/** @returns What ends that. */
export function followTheme(chosen: Choice): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const isDark = chosen === "system" ? dark.matches : chosen === "dark";
    document.body.dataset.jpThemeLight = String(!isDark);
    document.documentElement.style.colorScheme = isDark ? "dark" : "light";
  };
  show();
  dark.addEventListener("change", show);
  return () => dark.removeEventListener("change", show);
}

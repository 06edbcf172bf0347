/** What is chosen on a page, as a line of Python that opens a page with it. */
import type { Linked } from "./link.ts";

/** A call of `squeezeviz.explore`, to be run in a notebook. */
export function pythonOf({ photo, model, traits }: Linked): string {
  const { preset, ...others } = traits;
  const chosen = { model, preprocessing: preset, ...others };
  const named = Object.entries(chosen).flatMap(([name, value]) =>
    isSaid(value) ? [`${name}=${literal(value, name)}`] : [],
  );
  return `sv.explore(${[...(photo === undefined ? [] : [literal(photo)]), ...named].join(", ")})`;
}

function isSaid(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

function literal(value: unknown, name = ""): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) {
    const parts = value.map((each) => literal(each)).join(", ");
    return name === "cell" ? `(${parts})` : `[${parts}]`;
  }
  if (typeof value !== "object") return String(value);
  return `{${Object.entries(value)
    .map(([key, each]) => `${text(key)}: ${literal(each, key)}`)
    .join(", ")}}`;
}

/** A text that Python reads as it is, and that shows what it has: no character of it turns a line round, or ends it. */
function text(value: string): string {
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, (letter) => {
    const code = (letter.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

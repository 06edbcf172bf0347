/** What is known of a model and by whom it was said, in words; and numbers as people type them. */
import type { Said } from "../../protocol.ts";
import { grouped } from "../../ui/format.ts";

const LABELS: Record<Said["labels"], string> = {
  registry: "published with the model",
  file: "its file names them",
  beside: "kept beside its file",
  said: "as said",
  nobody: "unknown: classes are numbered",
};
const PREPROCESSING: Record<Said["preprocessing"], string> = {
  registry: "published with the model",
  file: "its file says it",
  beside: "kept beside its file",
  said: "as said",
  nobody: "assumed: nobody has said it",
};

/** Who says what: a line for each. */
export const sources = ({ labels, preprocessing }: Said) => ({
  labels: LABELS[labels],
  preprocessing: PREPROCESSING[preprocessing],
});

/** A few of a model's classes, and how many there are. */
export function someOf(labels: readonly { label: string }[], most = 4): string {
  const named = labels.slice(0, most).map(({ label }) => label);
  const more = labels.length > most ? " …" : "";
  return `${named.join(", ")}${more} (${grouped(labels.length)})`;
}

/** What its own file says comes first whenever it is loaded: what is said otherwise cannot be kept. */
export function whyNotKept({ in_file: inFile, labels, preprocessing, kept_in: keptIn }: Said): string {
  const said = Object.entries({ labels, preprocessing }).flatMap(([what, by]) => (by === "said" ? [what] : []));
  const twice = said.filter((what) => inFile.includes(what));
  if (!keptIn || !twice.length) return "";
  return `Its file says its ${twice.join(" and its ")} itself, and that comes first whenever it is loaded: this holds here.`;
}

/** A number as it is typed, a fraction such as 1/255 included; null for anything else. */
export function numberOf(typed: string): number | null {
  const parts = typed.trim().replace("−", "-").split("/");
  const numbers = parts.map((part) => (part.trim() ? Number(part) : Number.NaN));
  const [above = Number.NaN, below = 1] = numbers;
  const value = above / below;
  return parts.length <= 2 && numbers.every(Number.isFinite) && Number.isFinite(value) ? value : null;
}

const FRACTIONS = [255, 127.5, 128, 256];

/** A number as people write it: what is one of 255 parts is said so. */
export function written(value: number): string {
  for (const below of FRACTIONS) if (Math.abs(value * below - 1) < 1e-9) return `1/${below}`;
  return String(Number(value.toPrecision(9)));
}

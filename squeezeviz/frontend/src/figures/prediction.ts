/** What the network says, as bars. */
import { fixed, percent } from "../ui/format.ts";
import { BODY, type Box, INK, QUIET, type Sheet } from "./sheet.ts";
import type { Shown } from "./shown.ts";

const [SHOWN, P_MM, LOGIT_MM] = [5, 14, 11];

/** The most probable classes, and those that are pinned. */
export function classesOf({ probabilities, logits, pinned }: Shown): number[] {
  const order = Array.from(logits, (_, index) => index);
  const of = (index: number) => [probabilities[index] ?? 0, logits[index] ?? 0] as const;
  order.sort((a, b) => of(b)[0] - of(a)[0] || of(b)[1] - of(a)[1] || a - b);
  return [...new Set([...order.slice(0, SHOWN), ...pinned])];
}

export function drawPrediction(sheet: Sheet, box: Box, shown: Shown): number {
  const right = box.left + box.width;
  const isWide = box.width >= 110;
  const base = sheet.heading(box, "Prediction", `among ${shown.logits.length} classes`) + 2.6;
  sheet.write(right, base, "logit", QUIET, { colour: INK.quiet, align: "right" });
  sheet.write(right - LOGIT_MM, base, "p", QUIET, { colour: INK.quiet, align: "right" });
  const [step, label] = isWide ? [6, 50] : [7.2, box.width - P_MM - LOGIT_MM - 1];
  const start = isWide ? box.left + label + 1 : box.left;
  const end = isWide ? right - P_MM - LOGIT_MM : right;
  classesOf(shown).forEach((index, row) => {
    const p = shown.probabilities[index] ?? 0;
    const top = base + 1.4 + row * step;
    const line = top + (isWide ? step / 2 + 0.95 : step - 3);
    const bar = { x: start, y: top + (isWide ? step / 2 - 0.85 : step - 1.9), height: isWide ? 1.7 : 1.1 };
    sheet.block({ ...bar, width: end - start }, INK.track);
    if (p > 0) sheet.block({ ...bar, width: (end - start) * p }, row === 0 ? INK.accent : INK.bar);
    const name = sheet.fitting(shown.labels[index]?.label ?? `class ${index}`, label, BODY, row === 0);
    sheet.write(box.left, line, name, BODY, { isBold: row === 0 });
    sheet.write(right - LOGIT_MM, line, percent(p), BODY, { isBold: row === 0, align: "right" });
    sheet.write(right, line, fixed(shown.logits[index] ?? 0), BODY, { colour: INK.quiet, align: "right" });
  });
  return base + 1.4 + step * classesOf(shown).length;
}

export function predictionSentences(shown: Shown): string[] {
  const classes = classesOf(shown);
  const share = classes.reduce((sum, index) => sum + (shown.probabilities[index] ?? 0), 0);
  const together = shown.photo.is_sigmoid
    ? "each class is answered for itself"
    : `together they hold ${percent(share)} of the probability`;
  const words = `${classes.length} of ${shown.logits.length} classes, with probability p (bars, 0 to 1) and logit`;
  return [`${words}; ${together}`, ...(shown.photo.caution ? [shown.photo.caution] : [])];
}

/** What is said of a picture that grows, and how bars compare what excites a number. */
import type { Growth } from "../../store/growing.ts";
import { amount, grouped } from "../../ui/format.ts";

export interface Bar {
  name: string;
  value: number;
  /** Where it begins, and how long it is: shares of the row, 0 to 1. */
  from: number;
  length: number;
  isGrown: boolean;
}

export interface Bars {
  bars: Bar[];
  /** The row's ends; 0 is always in it. */
  scale: [number, number];
}

type Compared = Pick<Growth, "values" | "at_start" | "strongest" | "aim">;

/** The picture, the strongest photo on the page, and the photo that it began from, all from 0 on one linear scale. */
export function barsOf(growth: Compared, picked: number): Bars {
  const { values, at_start: atStart, strongest, aim } = growth;
  const rows = [{ name: "this picture", value: values[picked] ?? 0, isGrown: true }];
  if (strongest) {
    rows.push({
      name: `${aim === "least" ? "weakest" : "strongest"} photo: ${strongest.name}`,
      ...plain(strongest.value),
    });
  }
  if (atStart !== null) rows.push({ name: "the photo it began from", ...plain(atStart) });
  const finite = rows.map(({ value }) => value).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const share = (value: number) => (high > low ? (value - low) / (high - low) : 0);
  const bars = rows.map((row) => {
    const [zero, end] = [share(0), Number.isFinite(row.value) ? share(row.value) : share(0)];
    return { ...row, from: Math.min(zero, end), length: Math.abs(end - zero) };
  });
  return { bars, scale: [low, high] };
}

const plain = (value: number) => ({ value, isGrown: false });

/** What the bars are, and from where to where they go. */
export const scaleOf = ({ words }: Pick<Growth, "words">, [low, high]: Bars["scale"]): string =>
  high > low ? `${words}; bars from ${amount(low)} to ${amount(high)}.` : `${words}.`;

/** How it compares with the strongest photo, in words; empty where there is none. */
export function comparisonOf(growth: Compared & Pick<Growth, "compared" | "photos" | "state">, picked: number): string {
  const { strongest, compared, photos, aim } = growth;
  if (!strongest) return "";
  const value = growth.values[picked] ?? 0;
  const others = compared < photos ? `${grouped(compared)} of ${grouped(photos)} photos so far` : photosSaid(photos);
  if (aim === "least") {
    return value < strongest.value
      ? `It excites less than any of ${others}.`
      : `It does not excite less than the weakest of ${others}.`;
  }
  if (!(value > strongest.value)) {
    const next = growth.state === "running" ? "" : " Grow on, or begin from a photo.";
    return `It does not excite more than the strongest of ${others}.${next}`;
  }
  if (!(strongest.value > 0)) return `It excites more than any of ${others}.`;
  return `It excites ${amount(value / strongest.value)} times as much as the strongest of ${others}.`;
}

const photosSaid = (count: number): string =>
  count === 1 ? "the one photo here" : `the ${grouped(count)} photos here`;

/** How far it is. */
export function progressOf({ state, done, total, compared, photos, left_s: leftS }: Growth): string {
  if (state === "failed") return "";
  if (!total) return state === "running" ? "on its way" : "";
  const steps = done < total ? `${grouped(done)} of ${grouped(total)} steps` : `${grouped(total)} steps`;
  if (state === "running" && done === total && compared < photos) return `${steps}; comparing it with the photos`;
  if (state === "stopped") return `stopped after ${steps}`;
  return state === "running" && leftS !== null && leftS >= LONG_S ? `${steps}, about ${durationOf(leftS)} left` : steps;
}

const LONG_S = 2; // below, nobody asks

const durationOf = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${grouped(Math.ceil(seconds / 60))} min`;

/** What was done where ReLU let no gradient pass; empty where it always did. */
export const shutOf = ({ shut_steps: steps }: Pick<Growth, "shut_steps">): string =>
  steps ? ` At ${grouped(steps)} step${steps === 1 ? "" : "s"} ReLU was shut, so the value before it was climbed.` : "";

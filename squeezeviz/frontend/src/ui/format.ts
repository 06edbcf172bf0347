/** Numbers as people read them. */

/** What a network's numbers overflow to, where there is no figure; empty where there is one. */
export function noFigure(value: number): string {
  if (Number.isFinite(value)) return "";
  return Number.isNaN(value) ? "NaN" : value < 0 ? "−∞" : "∞";
}

/** With so many digits behind the point. */
export const fixed = (value: number, digits = 2): string =>
  noFigure(value) || (Math.abs(value) < 1e6 ? value.toFixed(digits) : value.toExponential(3));

/** A probability: more digits where it is small, and never a rounded 100 %. */
export function percent(p: number): string {
  const value = p * 100;
  if (Number.isNaN(p)) return "NaN";
  if (value >= 99.95 && p < 1) return "> 99.9 %";
  if (value >= 10) return `${value.toFixed(1)} %`;
  if (value >= 0.005) return `${value.toFixed(2)} %`;
  return "< 0.01 %";
}

/** A value of an activation: three or so digits, and a bare 0 only for exactly zero. */
export function amount(value: number): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return noFigure(value);
  const size = Math.abs(value);
  if (size >= 1e6) return value.toExponential(2).replace("e+", "e");
  if (size >= 99.5) return value.toFixed(0);
  if (size >= 9.95) return value.toFixed(1);
  if (size >= 0.0995) return value.toFixed(2);
  return value.toPrecision(2);
}

/** Words from Python, their percentages written as the page writes its own: 2.4 %. */
export const spaced = (words: string): string => words.replace(/(\d)%/g, "$1\u00a0%");

/** A difference, with its sign. */
export const signed = (value: number, digits = 3): string =>
  Number.isNaN(value) ? "NaN" : `${value < 0 ? "−" : "+"}${fixed(Math.abs(value), digits)}`;

/** A count, its digits in threes: 1,235,496. What browsers have for it loads the ways of all languages first. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** Numbers as people read them. */

/** A probability: more digits where it is small, and never a rounded 100 %. */
export function percent(p: number): string {
  const value = p * 100;
  if (value >= 99.95 && p < 1) return "> 99.9 %";
  if (value >= 10) return `${value.toFixed(1)} %`;
  if (value >= 0.005) return `${value.toFixed(2)} %`;
  return "< 0.01 %";
}

/** A value of an activation: three or so digits, and a bare 0 only for exactly zero. */
export function amount(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 99.5) return value.toFixed(0);
  if (size >= 9.95) return value.toFixed(1);
  if (size >= 0.0995) return value.toFixed(2);
  return value.toPrecision(2);
}

/** A difference, with its sign. */
export const signed = (value: number, digits = 3): string =>
  `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;

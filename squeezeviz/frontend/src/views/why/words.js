/** How numbers of the evidence are written. */

/** @param {number} value @param {number} [digits] */
export const signed = (value, digits = 3) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;

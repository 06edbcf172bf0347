/** For views that are not yet ported. */
export { colour, differencePixel, indexOf, PALETTES, pixels } from "./draw/palette.ts";
export { theme } from "./draw/theme.ts";

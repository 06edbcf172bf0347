/** For views that are not yet ported. */
export { textWidth, write } from "./draw/lettering.ts";

/** For views that are not yet ported. */
export { oneMap, topOf } from "./draw/heatmaps.ts";

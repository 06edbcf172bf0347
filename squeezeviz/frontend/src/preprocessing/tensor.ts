/** The last step: pixel values 0–255 → what the network is given. */
import { inputOf } from "../engine/input.ts";
import type { Maps, Picture } from "../engine/types.ts";
import { affineOf, type Described } from "./description.ts";

/** In single precision at each step, as Python does it: `Preprocessing.fill`. */
export const tensorOf = (cropped: Picture, how: Described): Maps => inputOf(cropped, affineOf(how));

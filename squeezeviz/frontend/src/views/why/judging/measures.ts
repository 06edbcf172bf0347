/** What is measured, as the page says it. The measures themselves are in evidence/judging, each with its paper. */
import type { Judged, Measure } from "../../../store/judging.ts";

export type Column = Exclude<Measure, "map"> | "points";

type About = Judged["about"];

interface Said {
  name: Column;
  title: string;
  better: "lower is better" | "higher is better" | "nearer to 0 is better";
  /** Of its numbers, with their unit. */
  range: string;
  /** What it says, and what it does not. @param about How it is measured; null before it is. */
  says: (about: About) => string;
}

export const MEASURES: readonly Said[] = [
  {
    name: "deletion",
    title: "Deletion",
    better: "lower is better",
    range: "area, 0 to 1",
    says: () =>
      "What is left of the class's probability as the highest pixels turn grey, until none of the photo is left; the " +
      "network has never learned such pictures, so a low area may be their doing as well as the map's.",
  },
  {
    name: "insertion",
    title: "Insertion",
    better: "higher is better",
    range: "area, 0 to 1",
    says: () =>
      "The other way round, the highest pixels come back onto a blurred photo; it shows which pixels are enough, not " +
      "which are needed.",
  },
  {
    name: "points",
    title: "Points at the box",
    better: "higher is better",
    range: "yes or no, and a share, 0 to 100 %",
    says: () =>
      "Whether the largest value lies in your box, and how much of all above 0 does; it takes for granted that the " +
      "network looks where you do, and one that has learned the background rightly points elsewhere.",
  },
  {
    name: "exact map",
    title: "Like the exact map",
    better: "higher is better",
    range: "rank correlation, −1 to 1",
    says: () =>
      "How alike the map ranks places as the class activation map, which adds up to the logit exactly; that is exact " +
      "for the last layer's cells, and judges nothing finer.",
  },
  {
    name: "sensitivity",
    title: "Sensitivity",
    better: "lower is better",
    range: "change, as a share of the map's size",
    says: (about) =>
      `The map's largest change over ${about ? `${about.samples} copies` : "copies"} of the photo in which no pixel ` +
      `value changes ${about ? `by more than ${about.radius} of 255` : "visibly"}; a map that is the same for every ` +
      "photo has the best value, and says nothing.",
  },
  {
    name: "randomised",
    title: "Random weights",
    better: "nearer to 0 is better",
    range: "rank correlation, −1 to 1",
    says: (about) =>
      `How alike the map stays as weights become random, ${downwards(about)}; one that stays as it was shows the ` +
      "photo's edges and not what the network has learned, but one that changes may still be wrong.",
  },
];

function downwards(about: About): string {
  const [first, last] = [about?.stages[0], about?.stages.at(-1)];
  return first && last ? `layer by layer from ${first} down to ${last}` : "layer by layer from the top";
}

/** Which samples are offered, and how they stand while the page is empty. */

interface Drawable {
  is_drawn: boolean;
}

const PHOTOS_BESIDE_DRAWINGS = 2;
const MOST_IN_A_ROW = 7;

/** A model of drawings is offered two photos all the same: being confidently wrong is a lesson too. */
export function offered<Sample extends Drawable>(samples: readonly Sample[], isOfDrawings: boolean): Sample[] {
  const photographs = samples.filter((sample) => !sample.is_drawn);
  const drawings = isOfDrawings ? samples.filter((sample) => sample.is_drawn) : [];
  return drawings.length ? [...drawings, ...photographs.slice(0, PHOTOS_BESIDE_DRAWINGS)] : photographs;
}

/** So many columns that all rows are of one length. */
export const columnsOf = (count: number): number => (count <= MOST_IN_A_ROW ? count : Math.ceil(count / 2));

/** A sample's name as people write it. */
export const spoken = (name: string): string => name.replace(/^shape-/, "").replaceAll("-", " ");

/** Where the largest number is; 0 where there is none: what a network overflows to may be no number at all. */
export function largestAt(values: ArrayLike<number>): number {
  let at = 0;
  for (let each = 1; each < values.length; each += 1) {
    const [value, most] = [values[each] as number, values[at] as number];
    if (value > most || Number.isNaN(most)) at = each;
  }
  return Number.isNaN(values[at]) ? 0 : at;
}

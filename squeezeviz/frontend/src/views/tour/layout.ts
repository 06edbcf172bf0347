/** Where the tour's card stands. */

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const [WIDE_PX, MARGIN_PX, BESIDE_PX] = [300, 8, 10];
const [TALL_PX, MOST_DOWN_PX] = [260, 200];

/**
 * Beside what it speaks of where there is room, else over its lower end.
 *
 * @param area The page.
 * @param box What it speaks of.
 * @param tall The card's height.
 * @returns From the page's corner.
 */
export function cardPlace(area: Box, box: Box, tall: number): { left: number; top: number; width: number } {
  const width = Math.min(WIDE_PX, area.right - area.left - 2 * MARGIN_PX);
  const isRight = area.right - box.right > width + 2 * MARGIN_PX;
  const isLeft = box.left - area.left > width + 2 * MARGIN_PX;
  const over = Math.min(box.left + 12, area.right - width - MARGIN_PX);
  const left = isRight ? box.right + BESIDE_PX : isLeft ? box.left - width - BESIDE_PX : over;
  const top = isRight || isLeft ? box.top : topOver(box, tall);
  return { left: Math.max(MARGIN_PX, left - area.left), top: Math.max(0, top - area.top), width };
}

function topOver(box: Box, tall: number): number {
  const height = box.bottom - box.top;
  if (height > TALL_PX) return box.top + Math.min(Math.max(0, height - tall - 12), MOST_DOWN_PX);
  return box.top > tall + 60 ? box.top - tall - BESIDE_PX : box.bottom + BESIDE_PX;
}

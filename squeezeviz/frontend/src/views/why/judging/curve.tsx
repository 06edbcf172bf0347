import { CURVE, pathOf } from "./layout.ts";

interface Props {
  values: readonly number[];
  /** Drawn beneath it, to compare it with. */
  beside?: readonly number[] | undefined;
  /** The least and the most that fit in. */
  range: [number, number];
  /** Points of a whole one, where some are not there yet. */
  count?: number;
}

/** A curve, as small as a word; its number stands beside it. */
export function Curve({ values, beside = [], range, count = values.length }: Props) {
  const zero = pathOf([0, 0], range);
  return (
    <svg class="sqv-judging-curve" viewBox={`-1 -1 ${CURVE.width + 2} ${CURVE.height + 2}`} aria-hidden="true">
      <path class="sqv-judging-zero" d={zero} />
      <path class="sqv-judging-beside" d={pathOf(beside, range)} />
      <path d={pathOf(values, range, count)} />
    </svg>
  );
}

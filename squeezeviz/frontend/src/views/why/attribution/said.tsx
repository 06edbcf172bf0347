import type { Attribution } from "../../../store/types.ts";
import { signed } from "../../../ui/format.ts";
import type { Cell } from "../cell_map.tsx";

interface Props {
  made: Attribution;
  cell: () => Cell;
  valueAt: (cell: Cell) => number;
}

/** The number, what the method does, what it adds up to, and the value that is looked at. */
export function Said({ made, cell, valueAt }: Props) {
  const { words, value, says, paper, completeness, caution, layer } = made;
  const at = cell();
  return (
    <div class="sqv-cell-said">
      <p role="status" aria-live="polite">
        <b>{`${layer === null ? "pixel" : "cell"} ${at.join(", ")}`}</b>
        {` ${valueAt(at).toPrecision(3).replace("-", "−")}`}
        {layer === null ? "" : ` in ${layer}`}
      </p>
      <p>{`Of the ${words}, ${value.toFixed(4).replace("-", "−")}. ${says}`}</p>
      {completeness && (
        <p class="sqv-quiet">
          {`Adds up to ${signed(completeness.total, 4)}; expected ${signed(completeness.expected, 4)}: ${completeness.words}.`}
        </p>
      )}
      {caution && <p class="sqv-attribution-caution">{caution}</p>}
      <p class="sqv-quiet">{paper}</p>
    </div>
  );
}

import type { Tried } from "../../../store/types.ts";
import { percent } from "../../../ui/format.ts";
import { useStore } from "../../../ui/store.ts";
import type { Cell } from "../cell_map.tsx";
import { pixelsOf, type Worths } from "./layout.ts";

interface Props {
  made: Tried | null;
  known: Worths | null;
  cell: () => Cell;
  look: (cell: Cell) => void;
  isWhole: boolean;
  /** The next larger size of a patch. */
  larger: number | undefined;
  enlarge: (patchPx: number) => void;
}

/** What the network says without the patch that is looked at. */
export function Said({ made, known, cell, look, isWhole, larger, enlarge }: Props) {
  if (!made || !known)
    return (
      <div class="sqv-cell-said" role="status" aria-live="polite">
        <p class="sqv-quiet">
          Each patch of the photo is hidden in turn, and the network asked again: what it can't do without is where it
          looked.
        </p>
      </div>
    );
  const [row, column] = cell();
  const at = row * made.columns + column;
  const value = known.values[at] ?? NaN;
  const { rows, columns } = pixelsOf(made, [row, column]);
  const first = known.flips[0];
  return (
    <div class="sqv-cell-said" role="status" aria-live="polite" data-cell={`${row} ${column}`} data-worth={value}>
      {Number.isNaN(value) ? (
        <p class="sqv-quiet">this patch has not been hidden yet</p>
      ) : (
        <Without made={made} at={at} />
      )}
      <p class="sqv-quiet">{`rows ${rows.join("–")}, columns ${columns.join("–")}`}</p>
      {first ? (
        <button
          class="sqv-number"
          type="button"
          title="Go to the one that is worth most"
          onClick={() => look(first)}
        >{`${known.flips.length} patch${known.flips.length === 1 ? "" : "es"} would change the answer`}</button>
      ) : (
        isWhole && (
          <p class="sqv-quiet">
            {"No patch of this size changes the answer. "}
            {larger && (
              <button class="sqv-number" type="button" onClick={() => enlarge(larger)}>{`Try ${larger} px`}</button>
            )}
          </p>
        )
      )}
    </div>
  );
}

function Without({ made, at }: { made: Tried; at: number }) {
  const { networks } = useStore();
  const now = made.best[at] ?? made.answer;
  const answer = networks.label(now).label;
  return (
    <>
      <p>Without this patch</p>
      <p class="sqv-from-to">
        {`${networks.label(made.class_index).label} ${percent(made.probability)} → `}
        <b class="sqv-num">{percent(made.probabilities[at] ?? 0)}</b>
      </p>
      <p>{`logit ${made.logit.toFixed(2)} → ${(made.logits[at] ?? 0).toFixed(2)}`}</p>
      {now === made.answer ? (
        <p class="sqv-quiet">{`It would still say ${answer}.`}</p>
      ) : (
        <p class="sqv-adds-more">
          <b>{`It would say ${answer}, ${percent(made.most[at] ?? 0)}.`}</b>
        </p>
      )}
    </>
  );
}

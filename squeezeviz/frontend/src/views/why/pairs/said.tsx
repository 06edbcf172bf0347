import type { Tried } from "../../../store/types.ts";
import { percent, signed } from "../../../ui/format.ts";
import { useStore } from "../../../ui/store.ts";
import type { Cell } from "../cell_map.tsx";
import { apart, finding, runOf, together } from "./layout.ts";

interface Props {
  made: Tried;
  cell: () => Cell;
  layer: string;
  /** The largest value on show. */
  most: number;
}

/** What the network says without the pair that is looked at. */
export function Said({ made, cell, layer, most }: Props) {
  const [a, b] = cell();
  const isKnown = !Number.isNaN(together(made, a, b));
  return (
    <div
      class="sqv-cell-said"
      role="status"
      aria-live="polite"
      data-pair={`${a} ${b}`}
      data-together={together(made, a, b)}
    >
      {isKnown ? (
        <Without made={made} a={a} b={b} layer={layer} most={most} />
      ) : (
        <p class="sqv-quiet">{`channels ${a} and ${b}: not ablated yet`}</p>
      )}
    </div>
  );
}

interface WithoutProps {
  made: Tried;
  a: number;
  b: number;
  layer: string;
  most: number;
}

function Without({ made, a, b, layer, most }: WithoutProps) {
  const { networks, selection } = useStore();
  const [isPair, at] = [a !== b, runOf(made.count, a, b)];
  const now = made.best[at] ?? made.answer;
  const areAblated = selection.isAblated(layer, a) && selection.isAblated(layer, b);
  return (
    <>
      <p>
        {`Without ${isPair ? `${a} and ${b}` : a}: `}
        {`${networks.label(made.class_index).label} ${percent(made.probability)} → `}
        <b class="sqv-num">{percent(made.probabilities[at] ?? 0)}</b>
      </p>
      {now !== made.answer && (
        <p class="sqv-adds-more">
          <b>{`It would say ${networks.label(now).label}.`}</b>
        </p>
      )}
      <p class="sqv-quiet">{isPair ? worthOfPair(made, a, b, most) : `worth ${signed(together(made, a, a), 2)}`}</p>
      <button class="sqv-number" type="button" onClick={() => selection.toggleAblated(layer, isPair ? [a, b] : [a])}>
        {areAblated ? "restore" : isPair ? "ablate both" : "ablate"}
      </button>
    </>
  );
}

function worthOfPair(made: Tried, a: number, b: number, most: number): string {
  const [both, one, other] = [together(made, a, b), together(made, a, a), together(made, b, b)];
  const each = `worth ${signed(both, 2)} together; alone ${signed(one, 2)} and ${signed(other, 2)}`;
  return `${each}: ${signed(apart(made, a, b), 2)} beyond the sum. ${finding(made, a, b, most)}`.trim();
}

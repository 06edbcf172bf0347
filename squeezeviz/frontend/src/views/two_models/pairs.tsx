import type { RefObject, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { LayerPair } from "../../protocol.ts";
import type { TwoModelsCompared } from "../../store/two_models.ts";
import { fixed } from "../../ui/format.ts";
import { useStore } from "../../ui/store.ts";
import { areNamedAlike, areShapedAlike, differenceText, largestOf, shapeText, shareOf, stepped } from "./layout.ts";

/** The layers that stand for each other, each with how far it is apart. A click, or an arrow key, chooses one. */
export function Pairs({ made: { pairs, divergent, tolerance } }: { made: TwoModelsCompared }) {
  const { networks, selection } = useStore();
  const chosen = pairs.findIndex(({ a }) => a === networks.layer()?.name);
  const press = (event: TargetedKeyboardEvent<HTMLTableSectionElement>) => {
    const to = stepped(event.key, chosen, pairs.length);
    const pair = to === null ? undefined : pairs[to];
    if (to === null || !pair) return;
    event.preventDefault();
    event.stopPropagation();
    selection.chooseLayer(pair.a);
    const button = event.currentTarget.rows[to]?.cells[0]?.firstElementChild;
    if (button instanceof HTMLElement) button.focus();
  };
  const body = useRef<HTMLTableSectionElement>(null);
  useInSight(body, chosen);
  if (!pairs.length) return null;
  const largest = largestOf(pairs);
  const hasOneName = areNamedAlike(pairs);
  return (
    <section class="sqv-block sqv-pairs" aria-label="Layers that stand for each other">
      <div class="sqv-pairs-scroll">
        <table class="sqv-versus">
          <caption class="sqv-visually-hidden">How far each layer of B is from that of A</caption>
          <Heads hasOneName={hasOneName} largest={largest} />
          <tbody ref={body} onKeyDown={press}>
            {pairs.map((pair, at) => (
              <Row
                key={pair.a}
                {...{ pair, hasOneName, largest }}
                isChosen={at === chosen}
                isStop={at === Math.max(0, chosen)}
                isParting={at === divergent}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p class="sqv-quiet">
        {`difference: ‖B − A‖ / ‖A‖ of all maps. ◆ the first pair that differs by more than ${tolerance}, or in shape. `}
        {`${hasOneName ? "" : "by form: the same operator and shape, in the same order. "}r: correlation.`}
      </p>
    </section>
  );
}

/** Keep the chosen row in sight of its own list; the page stays where it is. */
function useInSight(body: RefObject<HTMLTableSectionElement | null>, chosen: number): void {
  useLayoutEffect(() => {
    const row = body.current?.rows[chosen];
    const list = body.current?.parentElement?.parentElement;
    if (!row || !list) return;
    const { top, bottom, height } = row.getBoundingClientRect();
    const around = list.getBoundingClientRect();
    if (top >= around.top + height && bottom <= around.bottom) return; // the heads stand over the first
    list.scrollTop += (top + bottom) / 2 - (around.top + around.bottom) / 2;
  }, [body, chosen]);
}

function Heads({ hasOneName, largest }: { hasOneName: boolean; largest: number }) {
  const names = hasOneName ? ["layer"] : ["layer of A", "of B", "by"];
  return (
    <thead>
      <tr class={hasOneName ? undefined : "sqv-pair-heads"}>
        {[...names, "shape", `0 – ${differenceText(largest)}`, "difference", "r"].map((text) => (
          <th key={text} scope="col" class={text === "shape" ? "sqv-pair-shape" : undefined}>
            {text}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface RowProps {
  pair: LayerPair;
  hasOneName: boolean;
  largest: number;
  isChosen: boolean;
  /** Whether Tab stops here. */
  isStop: boolean;
  /** Whether both part here. */
  isParting: boolean;
}

function Row({ pair, hasOneName, largest, isChosen, isStop, isParting }: RowProps) {
  const { selection } = useStore();
  const share = shareOf(pair, largest);
  return (
    <tr data-pair={pair.a} class={isParting ? "sqv-parting" : undefined}>
      <th scope="row">
        <button
          class="sqv-card-name"
          type="button"
          aria-pressed={isChosen}
          tabIndex={isStop ? 0 : -1}
          title={pair.a}
          onClick={() => selection.chooseLayer(pair.a)}
        >
          {isParting && (
            <>
              <span aria-hidden="true">◆ </span>
              <span class="sqv-visually-hidden">the first to differ: </span>
            </>
          )}
          {pair.a}
        </button>
      </th>
      {!hasOneName && (
        <>
          <td class="sqv-pair-name" title={pair.b}>
            {pair.b}
          </td>
          <td>{pair.matched_by}</td>
        </>
      )}
      <td class="sqv-pair-shape">{shapeText(pair)}</td>
      <td class="sqv-pair-bar">{share !== null && <i aria-hidden="true" style={{ width: `${100 * share}%` }} />}</td>
      <td>{areShapedAlike(pair) ? differenceText(pair.relative_l2) : "shape"}</td>
      <td>{pair.correlation === null ? "" : fixed(pair.correlation, 3).replace("-", "−")}</td>
    </tr>
  );
}

import { sharp } from "../../../draw/canvas.ts";
import type { Evidence, LocationPredictions } from "../../../store/types.ts";
import { percent, signed } from "../../../ui/format.ts";
import { useCalm, useDrawing, useWidth } from "../../../ui/hooks.ts";
import { useLater, useStore } from "../../../ui/store.ts";
import { type Cell, CellMap, useLooked } from "../cell_map.tsx";
import { drawEvidence, drawGrey, drawLabels, letter, mostOf, NAMED, tint } from "./draw.ts";
import { cellAt, firstTile, leaders, sideOf, strongest, tileOf } from "./layout.ts";

export type Shows = "evidence" | "per_location";

/** The evidence cell by cell over what the network gets; or what each cell alone would have answered. */
export function EvidenceMap({ made, shows }: { made: Evidence; shows: Shows }) {
  const { photos, networks, selection, traits } = useStore();
  const { questions } = useLater();
  const { ref, width } = useWidth<HTMLDivElement>();
  const { of, look } = useLooked<Evidence>();
  const perLocation = useCalm(() => questions.perLocation());
  const [layer, input] = [networks.cams(), networks.network()?.input];
  const cells = made.contrast?.cells ?? made.cells;
  const side = () => sideOf(width.value);
  const first = () => firstTile(layer, made.shape, [input?.[1] ?? 227, input?.[2] ?? 227], side());
  const cell = () => of(made) ?? strongest(cells, made.shape);
  const maps = networks.classMaps();
  const open = (at: Cell) => maps && selection.open({ layer: maps.name, channel: made.class_index, cell: at });
  const canvas = useDrawing((canvas) => {
    const photo = photos.photo();
    if (!photo) return;
    const context = sharp(canvas, side(), side());
    drawGrey(context, photo.seen, side());
    if (shows === "evidence") drawEvidence(context, made, first(), traits.get("palette"));
    else if (perLocation) drawLabels(context, perLocation.labels, made.shape[1], first());
  });
  return (
    <div class="sqv-evidence-map" ref={ref}>
      <CellMap
        canvas={canvas}
        class="sqv-evidence"
        is="map of evidence"
        name="Evidence"
        shape={made.shape}
        cell={cell}
        look={(at) => look(made, at)}
        open={open}
        isOpenedByKey
        at={(x, y) => cellAt(first(), made.shape, x, y)}
        box={(at) => tileOf(first(), at)}
        label={([row, column]) => {
          const value = cells[row * made.shape[1] + column] ?? 0;
          return `Cell ${row}, ${column}: ${value.toFixed(4)}. Arrow keys move, Enter opens its terms.`;
        }}
      />
      <Said made={made} cell={cell} open={open} perLocation={perLocation} />
      {shows === "evidence" ? <Scale made={made} /> : <Letters labels={perLocation?.labels} />}
    </div>
  );
}

interface SaidProps {
  made: Evidence;
  cell: () => Cell;
  open: (cell: Cell) => void;
  perLocation: LocationPredictions | null;
}

/** What the cell adds, and what it would have answered alone. */
function Said({ made, cell, open, perLocation }: SaidProps) {
  const { networks } = useStore();
  const [row, column] = cell();
  const at = row * made.shape[1] + column;
  const value = (made.contrast?.cells ?? made.cells)[at] ?? 0;
  const each = perLocation?.each ?? 0;
  const top = [...(perLocation?.top.subarray(at * each, (at + 1) * each) ?? [])];
  return (
    <div class="sqv-cell-said" role="status" aria-live="polite">
      <p>
        <b>{`cell ${row}, ${column}`}</b>
        {made.contrast
          ? ` speaks ${signed(value)} for it. `
          : ` adds ${value.toFixed(4)} of ${made.logit.toFixed(3)}. `}
        <button class="sqv-number" type="button" aria-label="Open the cell's terms" onClick={() => open([row, column])}>
          its terms
        </button>
      </p>
      <p class="sqv-quiet">alone it would have answered</p>
      <ol class="sqv-card-top">
        {top.map((index, rank) => {
          const p = perLocation?.probabilities[at * each + rank] ?? 0;
          return (
            <li key={rank}>
              <span class="sqv-cut-off">{networks.label(index).label}</span>
              <span />
              <span class="sqv-num">{percent(p)}</span>
              <i style={{ width: `${Math.max(1, p * 100)}%` }} />
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function Scale({ made: { cells, contrast, is_signed: isSigned } }: { made: Evidence }) {
  const most = mostOf(contrast?.cells ?? cells).toPrecision(3);
  return (
    <p class="sqv-quiet">
      {contrast
        ? `Warm speaks for it, blue for the other; full colour ±${most} logits a cell.`
        : isSigned
          ? `Warm adds, blue takes away; full colour ±${most} logits a cell.`
          : `Full colour is ${most} logits; a cell at 0 adds nothing.`}
    </p>
  );
}

/** Whose letters stand in the cells. */
function Letters({ labels }: { labels: Uint16Array | undefined }) {
  const { networks } = useStore();
  const found = labels ? leaders(labels) : [];
  const rest = found.slice(NAMED);
  return (
    <p class="sqv-quiet">
      {"Were each cell alone, it would say: "}
      {found.slice(0, NAMED).map(({ label, count }, rank) => (
        <span key={label} class="sqv-label-key">
          <b style={{ background: tint(rank) }}>{letter(rank)}</b>
          {`${networks.label(label).label} ${count}`}
        </span>
      ))}
      {rest.length ? `and ${rest.length} other classes ${rest.reduce((sum, { count }) => sum + count, 0)}. ` : ""}
      {`The network asks none of them alone: it takes the mean of ${labels?.length ?? 0} cells first.`}
    </p>
  );
}

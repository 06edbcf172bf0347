import type { PointingMessage } from "../../../protocol.ts";
import { findingKey, type Judged } from "../../../store/judging.ts";
import type { AttributionMethod } from "../../../store/types.ts";
import { signed } from "../../../ui/format.ts";
import { useLater, useStore } from "../../../ui/store.ts";
import { isOfCells, titleOf } from "../attribution/methods.ts";
import { Curve } from "./curve.tsx";
import { type Column, MEASURES } from "./measures.ts";
import { bestOf, CHANCE, lineOf, measured, problemsOf } from "./numbers.ts";
import { SmallAttribution } from "./small_map.tsx";

interface Props {
  made: Judged;
  methods: readonly AttributionMethod[];
  show: (method: AttributionMethod) => void;
}

/** Said, since on a small screen it is laid out as no table is, and browsers would take it for none. */
const ROLES = {
  table: { role: "table" },
  rowgroup: { role: "rowgroup" },
  row: { role: "row" },
  columnheader: { role: "columnheader" },
  rowheader: { role: "rowheader" },
  cell: { role: "cell" },
} as const;

/** A row a method, a column a measure; chance last. */
export function MeasuresTable({ made, methods, show }: Props) {
  const best = bestOf(made, methods);
  return (
    <table class="sqv-judging-table" {...ROLES.table} aria-label="Methods by measures">
      <thead {...ROLES.rowgroup}>
        <tr {...ROLES.row}>
          <th {...ROLES.columnheader} scope="col">
            Method
          </th>
          {MEASURES.map(({ name, title, better, range }) => (
            <th key={name} {...ROLES.columnheader} scope="col" title={range}>
              {title}
              <span class="sqv-quiet">{better}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody {...ROLES.rowgroup}>
        {methods.map((method) => (
          <MethodRow key={method} made={made} method={method} best={best} show={show} />
        ))}
        <tr {...ROLES.row} class="sqv-judging-chance">
          <th {...ROLES.rowheader} scope="row">
            Chance
            <span class="sqv-quiet">a map of random numbers</span>
          </th>
          <Cells made={made} method={CHANCE} best={best} />
        </tr>
      </tbody>
    </table>
  );
}

type Best = Map<Column, Set<string>>;

function MethodRow({ made, method, best, show }: Omit<Props, "methods"> & { method: AttributionMethod; best: Best }) {
  const map = made.maps.get(method);
  const problems = problemsOf(made, method);
  const isRefused = made.findings.get(findingKey(method, "map"))?.problem;
  return (
    <tr {...ROLES.row} data-method={method}>
      <th {...ROLES.rowheader} scope="row">
        <button
          class="sqv-judging-show"
          type="button"
          title={`Show ${titleOf(method)} in Which pixels?`}
          onClick={() => show(method)}
        >
          <SmallAttribution map={map} isOfPixels={!isOfCells(method)} />
          <span>{titleOf(method)}</span>
        </button>
      </th>
      {isRefused ? (
        <td {...ROLES.cell} colSpan={MEASURES.length} class="sqv-judging-refused">
          {isRefused}
        </td>
      ) : (
        <Cells made={made} method={method} best={best} problems={problems} />
      )}
    </tr>
  );
}

interface CellsProps {
  made: Judged;
  method: string;
  best: Best;
  problems?: string[];
}

function Cells({ made, method, best, problems = [] }: CellsProps) {
  const { judging } = useLater();
  const pointing = judging.pointing();
  const pointed = pointing?.known ?? pointing?.before ?? null;
  return (
    <>
      {MEASURES.map(({ name, title }) => (
        <td
          key={name}
          {...ROLES.cell}
          data-measure={name}
          data-label={title}
          title={problems[0]}
          class={best.get(name)?.has(method) ? "sqv-judging-best" : ""}
        >
          <Measured made={made} method={method} name={name} pointed={pointed} />
        </td>
      ))}
    </>
  );
}

interface MeasuredProps {
  made: Judged;
  method: string;
  name: Column;
  pointed: PointingMessage | null;
}

/** One measure of one method: a number, and its curve where it has one. */
function Measured({ made, method, name, pointed }: MeasuredProps) {
  if (name === "points") return <Points method={method} pointed={pointed} />;
  const value = measured(made, method, name);
  const curve = made.findings.get(findingKey(method, name))?.curve ?? [];
  const line = name === "randomised" ? lineOf(made, method) : [];
  const isComing = made.state === "running" && (method !== CHANCE || name === "deletion" || name === "insertion");
  // Ranks of random numbers are alike to none.
  const missing = isComing ? "…" : method === CHANCE && name === "exact map" ? "0 on average" : "—";
  return (
    <span class="sqv-judging-measured">
      {curve.length > 0 && (
        <Curve
          values={curve}
          range={[0, Math.max(1, ...curve)]}
          beside={made.findings.get(findingKey(CHANCE, name))?.curve}
        />
      )}
      {line.length > 1 && <Curve values={line} range={[-1, 1]} count={(made.about?.stages.length ?? 0) + 1} />}
      {value === null ? (
        <span class="sqv-quiet">{missing}</span>
      ) : (
        <span class="sqv-num" data-value={value}>
          {name === "exact map" || name === "randomised" ? signed(value, 2) : value.toFixed(2)}
        </span>
      )}
    </span>
  );
}

function Points({ method, pointed }: { method: string; pointed: PointingMessage | null }) {
  const { networks } = useStore();
  const { judging } = useLater();
  const box = judging.box();
  if (!box) return <span class="sqv-quiet">no box</span>;
  if (method === CHANCE) {
    const [, height, width] = networks.network()?.input ?? [3, 227, 227];
    const share = (box[2] * box[3]) / (width * height);
    return <span class="sqv-quiet">{`${(100 * share).toFixed(0)} % of the photo`}</span>;
  }
  const found = pointed?.found.find((each) => each.method === method);
  if (!found) return <span class="sqv-quiet">—</span>;
  return (
    <span class="sqv-num" data-hit={String(found.hit)} data-share={found.share}>
      {`${found.hit ? "yes" : "no"}, ${(100 * found.share).toFixed(0)} % inside`}
    </span>
  );
}

import type { Costs } from "../../protocol.ts";
import type { Resource } from "../../store/resource.ts";
import { spaced } from "../../ui/format.ts";
import { useStore } from "../../ui/store.ts";
import { Running } from "../why/running.tsx";
import { cellsOf, columnsOf, HEADS } from "./cost_figures.ts";
import type { Layout } from "./layout.ts";
import { NumberTable } from "./table.tsx";

/** Behind the diagram: how long each unit takes. */
export function Columns({ layout }: { layout: Layout }) {
  const { cost } = useStore();
  if (!cost.of()?.known) return null;
  return (
    <g class="sqv-costs" pointer-events="none">
      {columnsOf(layout, ({ unit }) => cost.ofUnit(unit)).map(({ key, look, x, y, width, height }) => (
        <rect key={key} class={look} {...{ x, y, width, height }} />
      ))}
    </g>
  );
}

/** Below the diagram: how far it is, what came of it in words, and as a table. */
export function CostPanel() {
  const { cost } = useStore();
  const asked = cost.of();
  if (!asked) return null;
  const { known, before } = asked;
  const made = known ?? before;
  return (
    <div class="sqv-cost">
      <Progress asked={asked} unit="parts of the measurement" />
      {made && (
        <>
          <p class="sqv-quiet">{spaced(`${made.run}. On ${made.machine}.`)}</p>
          {known && (
            <button class="sqv-button sqv-small" type="button" onClick={() => cost.measureAgain()}>
              Measure again
            </button>
          )}
          <details>
            <summary>Every layer, as a table</summary>
            <Table costs={made} />
            <p class="sqv-quiet">{made.note}</p>
          </details>
          {made.settings.length > 0 && (
            <details>
              <summary>What threads and batches would change</summary>
              <Settings costs={made} />
            </details>
          )}
        </>
      )}
    </div>
  );
}

/** How far a measurement is, with its button; or why there is none. */
export function Progress({ asked, unit }: { asked: Resource<unknown>; unit: string }) {
  const { resources } = useStore();
  const { known, problem, steps } = asked;
  if (problem) {
    return (
      <p class="sqv-card-problem" role="alert">
        {problem}
      </p>
    );
  }
  if (known) return null;
  return (
    <Running
      state={steps?.isStopped ? "stopped" : "running"}
      done={steps?.done ?? 0}
      total={steps?.total ?? 0}
      invitation=""
      unit={unit}
      start={() => steps && resources.resume(steps.key)}
      stop={() => steps && resources.stop(steps.key)}
    />
  );
}

function Table({ costs: { rows, sum_ms: sumMs } }: { costs: Costs }) {
  const listed = rows.map((row) => ({ name: row.words, cells: cellsOf(row, sumMs) }));
  return <NumberTable label="What each layer costs" heads={["Layer", ...HEADS]} rows={listed} />;
}

function Settings({ costs: { settings } }: { costs: Costs }) {
  const batches = [...new Set(settings.map(({ batch }) => batch))];
  const threads = [...new Set(settings.map((each) => each.threads))];
  const of = (count: number, batch: number) =>
    settings.find((each) => each.threads === count && each.batch === batch)?.image_ms;
  const rows = threads.map((count) => ({
    name: count === 1 ? "1 thread" : `${count} threads`,
    cells: batches.map((batch) => of(count, batch)?.toFixed(2) ?? ""),
  }));
  const heads = ["ms an image", ...batches.map((batch) => `batch ${batch}`)];
  return <NumberTable label="Milliseconds an image, by threads and images at once" heads={heads} rows={rows} />;
}

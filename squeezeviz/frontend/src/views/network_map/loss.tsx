import type { PrecisionLost } from "../../protocol.ts";
import { spaced } from "../../ui/format.ts";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useStore } from "../../ui/store.ts";
import { usePrecisions } from "../precision/picker.tsx";
import { Progress } from "./cost.tsx";
import type { Layout } from "./layout.ts";
import { errorColumns, LOSS_HEADS, lossCells } from "./loss_figures.ts";
import { NumberTable } from "./table.tsx";

/** Behind the diagram: the error that each unit makes, and what is passed on. */
export function ErrorColumns({ layout }: { layout: Layout }) {
  const { precision } = useStore();
  if (!precision.of()?.known) return null;
  return (
    <g class="sqv-costs" pointer-events="none">
      {errorColumns(layout, ({ unit }) => precision.ofUnit(unit)).map(({ key, look, x, y, width, height }) => (
        <rect key={key} class={look} {...{ x, y, width, height }} />
      ))}
    </g>
  );
}

/** Below the diagram: against what, how far it is, and what came of it. */
export function PrecisionPanel() {
  const { networks, precision, diagram } = useStore();
  const { kinds, files } = usePrecisions();
  const asked = precision.of();
  if (!asked || diagram.shows() !== "precision") return null;
  const { known, before, problem } = asked;
  const made = problem ? null : (known ?? before);
  return (
    <div class="sqv-cost sqv-precision">
      <div class="sqv-precision-choice" hidden={!networks.can("precision")}>
        <span>Compare FP32 with</span>
        <RadioGroup
          class="sqv-paints"
          label="What FP32 is compared with"
          options={[...kinds.slice(1), ...files]}
          value={precision.chosen()}
          choose={(chosen) => precision.choose(chosen)}
        />
        {known && (
          <button class="sqv-button sqv-small" type="button" onClick={() => precision.measureAgain()}>
            Measure again on the photos here
          </button>
        )}
      </div>
      <Progress asked={asked} unit="photos read and run" />
      {made && <Found made={made} />}
    </div>
  );
}

function Found({ made }: { made: PrecisionLost }) {
  const { twoModels, traits } = useStore();
  const canCompare = twoModels.offered().some(({ name }) => name === made.other) && twoModels.second() !== made.other;
  return (
    <>
      <p>{spaced(made.verdict)}</p>
      <p class="sqv-quiet">{`Photos preprocessed as ${made.preprocessing}. Low precision here: ${made.arithmetic}.`}</p>
      {made.changed.length > 0 && (
        <ul class="sqv-changed" aria-label="Photos whose answer changes">
          {made.changed.map(({ photo, name, before, after }) => (
            <li key={photo}>
              <button class="sqv-button sqv-small" type="button" onClick={() => traits.set({ photo })}>
                {`${name}: ${before} → ${after}`}
              </button>
            </li>
          ))}
        </ul>
      )}
      {canCompare && (
        <button class="sqv-button sqv-small" type="button" onClick={() => twoModels.choose(made.other)}>
          Maps of both, and their difference ↓
        </button>
      )}
      <details>
        <summary>Every layer, as a table</summary>
        <Table made={made} />
        <p class="sqv-quiet">
          Errors are relative, ‖e‖ / ‖x‖, over all cells of all photos. Made: the layer in low precision on inputs in
          float32. Passed on: what the errors before it become. Both may cancel.
        </p>
      </details>
    </>
  );
}

function Table({ made: { layers } }: { made: PrecisionLost }) {
  const rows = layers.map((loss) => ({ name: [loss.layer, ...loss.with_layers].join(" + "), cells: lossCells(loss) }));
  return <NumberTable label="What each layer loses" heads={["Layer", ...LOSS_HEADS]} rows={rows} />;
}

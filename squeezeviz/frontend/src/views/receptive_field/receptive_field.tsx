import { fullColour } from "../../draw/full_colour.ts";
import { useCalm, useDrawing, useWidth } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";
import { drawField } from "./draw.ts";
import { fieldOf } from "./layout.ts";

/**
 * How much of the input the cell that is looked at can see, along every path: always on the axis of the whole input, so
 * that going deeper visibly moves it to the right.
 */
export function ReceptiveField() {
  const { networks, selection } = useStore();
  const field = useCalm(() => {
    const [network, layer] = [networks.network(), networks.layer()];
    return network && layer ? fieldOf(network, layer, selection.looked()) : null;
  });
  const { ref, width } = useWidth<HTMLDivElement>();
  const chart = useDrawing((canvas) => {
    if (field && width.value) drawField(canvas, width.value, field);
  });
  return (
    <section class="sqv-block" aria-label="Receptive field">
      <header class="sqv-spread">
        <h2>Receptive field</h2>
        <span class="sqv-quiet">{field?.words}</span>
      </header>
      <div ref={ref}>
        <canvas ref={chart} role="img" aria-label={field ? `Receptive field: ${field.words}` : "Receptive field"} />
      </div>
      <div class="sqv-quiet sqv-spread">
        <span>{field?.rows}</span>
        <span>{field?.columns}</span>
        <span>{field?.stride}</span>
      </div>
      <PixelsThatRaise />
    </section>
  );
}

/** Within it, over the photo: which pixels raise the value that is looked at, and which lower it. */
function PixelsThatRaise() {
  const { cellGradient } = useStore();
  const isOn = cellGradient.isOn();
  return (
    <div class="sqv-pixels-that-raise" hidden={!cellGradient.isOffered()}>
      <button
        class="sqv-button sqv-small"
        type="button"
        aria-pressed={isOn}
        title="Input × gradient of the cell that is pointed at, over the photo (g)"
        onClick={() => cellGradient.turn(!isOn)}
      >
        Pixels that raise it
      </button>
      {isOn && <RaisedSaid />}
    </div>
  );
}

function RaisedSaid() {
  const { cellGradient } = useStore();
  const { known, before, problem } = cellGradient.of() ?? { known: null, before: null, problem: "" };
  const made = known ?? before;
  if (problem) return <p role="alert">{problem}</p>;
  if (!made) return <p class="sqv-quiet">Point at a cell.</p>;
  const most = fullColour(made.values, true).most.toPrecision(2);
  return (
    <p class="sqv-quiet" data-value={made.value} title={`${made.words}: input × gradient`}>
      {`Warm raises it, blue lowers it; full colour is ±${most} of its ${made.value.toPrecision(4).replace("-", "−")}.`}
    </p>
  );
}

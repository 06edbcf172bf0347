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
    </section>
  );
}

import type { Store } from "../../store/store.ts";
import { useCalm } from "../../ui/hooks.ts";
import type { PartProps } from "../../ui/part.ts";
import { useStore } from "../../ui/store.ts";
import { DriftChart, type Drifts } from "../drift_chart/drift_chart.tsx";
import { MapDifference, type Sides } from "../map_difference/map_difference.tsx";
import { Cards, OneMore } from "./cards.tsx";
import { Kernels } from "./kernels.tsx";
import { Tuner } from "./tuner.tsx";

/** The same photo in several preprocessings: what the network gets, what it says, and how the layers in between move. */
export function SideBySide({ element }: PartProps) {
  const store = useStore();
  const photo = useCalm(() => store.photos.photo());
  return (
    <section ref={element} class="sqv-beside sqv-side-by-side" aria-label="Preprocessings side by side" hidden={!photo}>
      <header class="sqv-maps-title">
        <h2 class="sqv-section-name">The same photo, preprocessed differently</h2>
        <span class="sqv-quiet">what the network gets, what it says, and where the layers part</span>
        {photo && <OneMore photo={photo} />}
      </header>
      {photo && <Cards photo={photo} />}
      <div class="sqv-halves">
        <Distances />
        <MapDifference label="Maps compared" sides={() => mapSides(store)} />
      </div>
      <div class="sqv-halves">
        <Tuner />
        <Kernels />
      </div>
    </section>
  );
}

function Distances() {
  const store = useStore();
  const { lines, chosen } = useCalm(() => driftsOf(store));
  return <DriftChart title="How far each layer moves" lines={lines} chosen={chosen} />;
}

function driftsOf({ preprocessings }: Store): Drifts {
  const lines = preprocessings.others().flatMap((name) => {
    const { before } = preprocessings.comparedWith(name);
    return before ? [{ name, firstDivergentLayer: before.first_divergent_layer, drift: before.drift }] : [];
  });
  return { lines, chosen: preprocessings.against() };
}

/** The chosen channel in use, and under the preprocessing that it is compared with. */
function mapSides({ networks, photos, preprocessings, selection, tensors }: Store): Sides | null {
  const [layer, against, photo] = [networks.layer(), preprocessings.against(), photos.photo()];
  if (!layer || !against || !photo) return null;
  const channel = selection.channel();
  return {
    title: `${layer.name}, channel ${channel}`,
    first: { name: photo.preset, tensor: tensors.of(), channel },
    second: { name: against, tensor: tensors.under(against), channel },
    isRanked: true,
    unlike: "their inputs are of different sizes",
  };
}

import { useComputed, useSignal } from "@preact/signals";
import type { Ref, TargetedKeyboardEvent } from "preact";
import { useImperativeHandle, useRef } from "preact/hooks";
import { hasKernels, shortName, times } from "../../store/layers.ts";
import type { Layer, Network } from "../../store/types.ts";
import type { PartProps } from "../../ui/part.ts";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useStore } from "../../ui/store.ts";
import { KernelSheet } from "../late.tsx";
import { DifferenceSwitch } from "../precision/difference.tsx";
import type { MapsControls } from "./controls.ts";
import { Grids } from "./grids.tsx";
import { Tools } from "./tools.tsx";

interface Props extends PartProps {
  controls?: Ref<MapsControls | null>;
  /** Whether other columns of the page stand beside it, and leave it room. */
  isBeside: boolean;
}

/** Every channel of the chosen layer, by branch; in several orders, scales and palettes. Pointing shows a cell everywhere. */
export function FeatureMaps({ controls, isBeside, element }: Props) {
  const { networks, selection, tensors, traits } = useStore();
  const size = useSignal(0);
  const [maps, kernels] = [useRef<MapsControls>(null), useRef<MapsControls>(null)];
  const isLate = useComputed(() => {
    const tensor = tensors.shown();
    return tensor !== null && tensor.layer !== networks.layer()?.name;
  }).value;
  const [network, layer] = [networks.network(), networks.layer()];
  const canShowKernels = network !== null && layer !== null && hasKernels(network, layer);
  const showsKernels = canShowKernels && traits.get("kernels");
  useImperativeHandle(controls ?? null, () => ({
    move: (dx, dy) => (showsKernels ? kernels : maps).current?.move(dx, dy),
  }));
  const press = (event: TargetedKeyboardEvent<HTMLElement>) => {
    if (event.key !== "Escape" || !selection.isEnlarged()) return;
    event.preventDefault();
    event.stopPropagation();
    selection.enlarge(false);
  };
  const classes = ["sqv-maps", showsKernels && "sqv-shows-kernels", isLate && "sqv-late"].filter(Boolean).join(" ");
  return (
    <section ref={element} class={classes} aria-label="Feature maps" onKeyDown={press}>
      <div class="sqv-maps-title">
        <h2 class="sqv-layer-name">{network && layer?.name}</h2>
        <span class="sqv-quiet">{network && layer && aboutOf(layer)}</span>
        <RadioGroup
          label="What is shown of the layer"
          options={KINDS}
          value={showsKernels ? "kernels" : "maps"}
          choose={(kind) => traits.set({ kernels: kind === "kernels" })}
          isHidden={!canShowKernels}
        />
        {!showsKernels && <DifferenceSwitch />}
        <span class="sqv-siblings">{network && layer && <Siblings network={network} layer={layer} />}</span>
      </div>
      <Tools size={size} />
      <Grids size={size} isBeside={isBeside} controls={maps} />
      <KernelSheet controls={kernels} />
    </section>
  );
}

const KINDS = [
  { value: "maps", text: "maps", title: "What it makes of this photo" },
  { value: "kernels", text: "kernels", title: "What it has learned (k)" },
] as const;

/** The layers of the same module, to choose from. */
function Siblings({ network, layer }: { network: Network; layer: Layer }) {
  const { selection } = useStore();
  const module = network.layers.filter((other) => layer.module && other.module === layer.module);
  if (!module.length) return null;
  const options = module.map((other) => {
    const title = `${other.name}: ${times(other.shape)}`;
    return { value: other.name, text: shortName(other), title };
  });
  const choose = (name: string) => selection.chooseLayer(name);
  return <RadioGroup label="Layer of the module" options={options} value={layer.name} choose={choose} />;
}

function aboutOf({ shape: [channels, height], pre_relu: before, branch }: Layer): string {
  if (height === undefined) return `${channels} values`;
  return before || branch === "concat" ? "after ReLU" : "";
}

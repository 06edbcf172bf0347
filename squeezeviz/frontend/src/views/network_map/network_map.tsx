import { type Signal, signal } from "@preact/signals-core";
import { Fragment, type TargetedKeyboardEvent, type TargetedWheelEvent } from "preact";
import { useMemo, useRef } from "preact/hooks";
import type { Costs } from "../../protocol.ts";
import type { Layer, Photo } from "../../store/types.ts";
import { opens } from "../../store/units.ts";
import { noFigure } from "../../ui/format.ts";
import { useCalm } from "../../ui/hooks.ts";
import type { PartProps } from "../../ui/part.ts";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useStore } from "../../ui/store.ts";
import { CostPanel, PrecisionPanel } from "../late.tsx";
import { costWords, LIMITS, unitWords } from "./costs.ts";
import { lossWords } from "./losses.ts";
import { about } from "./names.ts";
import { Picture } from "./picture.tsx";
import { type Scene, useScene } from "./scene.ts";

const [MOST_AT_ONCE, CLOSER] = [20, 1.4];

/**
 * The architecture diagram: a bar's height is ∝ √channels, so that squeeze pinches and expand widens. Under each unit, how
 * strongly it activates on the photo, on one scale for all.
 */
export function NetworkMap({ element }: PartProps) {
  const { tensors, diagram } = useStore();
  const isPlain = diagram.shows() === "activation"; // what a layer costs or loses may take two lines
  const pointed = useMemo(() => signal<Layer | null>(null), []);
  const point = (layer: Layer | null) => {
    pointed.value = layer;
    if (layer) tensors.pointAt(layer.name);
  };
  const scene = useScene();
  return (
    <section ref={element} class="sqv-network" aria-label="Network">
      <header class="sqv-spread">
        <h2 class="sqv-network-title">Network</h2>
        <Zoom scene={scene} />
        <Paints />
        <Key />
      </header>
      <Diagram scene={scene} point={point} />
      <p class={isPlain ? "sqv-about-line" : "sqv-about-line sqv-two-lines"}>
        <About pointed={pointed} />
      </p>
      <CostPanel />
      <PrecisionPanel />
    </section>
  );
}

/** The layer that is pointed at, else the chosen one. */
function About({ pointed }: { pointed: Signal<Layer | null> }) {
  const { networks, photos, cost, precision, diagram } = useStore();
  const costOf = (layer: Layer, { sum_ms: sumMs }: Costs) => {
    const alone = `${layer.name}${costWords(cost.row(layer.name), sumMs) || ": not computed by itself"}`;
    const unit = diagram.standing().find(({ output, layers }) => output.name === layer.name && layers.length > 1);
    return unit ? `${unitWords(unit.name, cost.ofUnit(unit), sumMs)}; ${alone}` : alone;
  };
  const said = useCalm(() => {
    const layer = pointed.value ?? networks.layer();
    const costs = cost.of()?.known;
    if (layer && costs) return costOf(layer, costs);
    const loss = layer && precision.layer(layer.name);
    if (loss) return `${layer.name}${lossWords(loss)}`;
    return layer ? `${about(layer)}${strength(layer, photos.photo())}` : "";
  });
  return (
    <span class="sqv-quiet" role="status" aria-live="off" title={said}>
      {said}
    </span>
  );
}

function strength({ name, shape }: Layer, photo: Photo | null): string {
  const rms = photo?.rms_activation[name];
  return rms === undefined || shape.length < 3 ? "" : `, rms ${noFigure(rms) || rms.toPrecision(3)}`;
}

const PAINTS = [
  { value: "activation", text: "activation", title: "How strongly each layer activates on the photo" },
  { value: "cost", text: "cost", title: "How long each layer takes on this machine; measuring it takes some seconds" },
  { value: "precision", text: "precision", title: "What each layer loses in FP16 or INT8, on the photos of this page" },
] as const;

/** What the diagram shows of each layer. */
function Paints() {
  const { diagram } = useStore();
  return (
    <RadioGroup
      class="sqv-paints"
      label="What the diagram shows"
      options={PAINTS}
      value={diagram.shows()}
      choose={(what) => diagram.show(what)}
    />
  );
}

function ErrorKey() {
  const title =
    "Relative error, the largest of a unit's layers and what is passed on to its last; on one scale for all";
  return (
    <span class="sqv-quiet sqv-key" title={title}>
      error
      <i class="sqv-cost-key-compute" />
      made
      <i class="sqv-cost-key-memory" />
      passed on
    </span>
  );
}

function CostKey() {
  const title = "As tall as it takes long; what limits it by the roofline model: arithmetic, or the way to memory";
  return (
    <span class="sqv-quiet sqv-key" title={title}>
      limited by
      <i class="sqv-cost-key-compute" />
      {LIMITS.compute}
      <i class="sqv-cost-key-memory" />
      {LIMITS.memory}
    </span>
  );
}

function Key() {
  const { diagram } = useStore();
  if (diagram.shows() === "cost") return <CostKey />;
  if (diagram.shows() === "precision") return <ErrorKey />;
  const looks: [string, string][] = [
    ["sqv-key-1", "1×1"],
    ["sqv-key-3", "3×3"],
    ["sqv-key-0", "others"],
  ];
  const hasFires = diagram.units().some(({ form }) => form === "fire");
  return (
    <span class="sqv-quiet sqv-key" title="Root mean square of the activations, on one scale for all layers">
      rms activation
      {hasFires &&
        looks.map(([look, text]) => (
          <Fragment key={look}>
            <i class={look} />
            {text}
          </Fragment>
        ))}
    </span>
  );
}

function Zoom({ scene }: { scene: Scene }) {
  const { diagram } = useStore();
  const units = diagram.units();
  const isOffered = units.length > MOST_AT_ONCE || units.some(opens) || scene.zoom.value !== 1;
  return (
    <span class="sqv-step" role="group" aria-label="Size of the network" hidden={!isOffered}>
      <button type="button" aria-label="Narrower" onClick={() => scene.scale(1 / CLOSER)}>
        −
      </button>
      <button type="button" title="All of it at once" onClick={() => scene.fit()}>
        fit
      </button>
      <button type="button" aria-label="Wider" onClick={() => scene.scale(CLOSER)}>
        +
      </button>
    </span>
  );
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
const STEPS_INSIDE: Record<string, number> = { ArrowUp: -1, ArrowDown: 1 };

function Diagram({ scene, point }: { scene: Scene; point: (layer: Layer | null) => void }) {
  const { diagram } = useStore();
  const moveFocus = useRef(false);
  const press = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const [by, inside] = [STEPS[event.key], STEPS_INSIDE[event.key]];
    if (by) moveFocus.current = diagram.step(by);
    else if (inside) moveFocus.current = diagram.stepInside(inside);
    else if (event.key === "Enter")
      moveFocus.current = diagram.toggle(); // a group gives way to what is in it
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const turn = (event: TargetedWheelEvent<HTMLElement>) => {
    if (!event.ctrlKey || !diagram.units().some(opens)) return;
    event.preventDefault(); // else the browser scales the page
    const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
    scene.scale(Math.exp(-event.deltaY / 300), at);
  };
  const layout = scene.layout.value;
  const isTight = scene.isTight.value;
  return (
    <div
      ref={scene.place}
      class={`sqv-diagram${isTight ? " sqv-tight" : ""}`}
      role="radiogroup"
      aria-label="Layers of the network"
      style={{ minHeight: `${layout?.frame.height ?? 120}px` }}
      onKeyDown={press}
      onWheel={turn}
    >
      {layout && <Picture layout={layout} scene={scene} point={point} moveFocus={moveFocus} />}
    </div>
  );
}

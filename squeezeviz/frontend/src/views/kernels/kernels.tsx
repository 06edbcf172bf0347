import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals-core";
import type { Ref } from "preact";
import { useImperativeHandle, useRef } from "preact/hooks";
import { type Branch, branches, hasKernels, isConvolution } from "../../store/layers.ts";
import type { Questions } from "../../store/questions.ts";
import type { Layer, Network, Weights } from "../../store/types.ts";
import { amount } from "../../ui/format.ts";
import { useDrawing, useWidth } from "../../ui/hooks.ts";
import { usePress } from "../../ui/pressing.ts";
import { useLater, useStore } from "../../ui/store.ts";
import { ValueButton } from "../../ui/ValueButton.tsx";
import type { MapsControls } from "../feature_maps/controls.ts";
import { paintMatrix, paintPatches } from "./draw.ts";
import { type Layout, layoutMatrix, layoutPatches } from "./layout.ts";

const [GAP_PX, SIDE_BY_SIDE_PX, LEAST_PX] = [20, 400, 180];

/** The kernels of one convolution. */
interface Kernels {
  part: Branch;
  weights: Weights;
  /** The largest weight, whatever its sign. */
  most: number;
  /** Whether they read red, green and blue. */
  isColour: boolean;
  width: number;
}

/** What is pointed at. */
interface Pointed {
  layer: string;
  channel: number;
  input: number | null;
}

/**
 * The kernels of the chosen layer: as colour patches where it reads red, green and blue; where its kernels have an extent,
 * as small multiples, a row a channel; where they are single numbers, as the matrix that mixes channels.
 */
export function KernelSheet({ controls }: { controls: Ref<MapsControls> }) {
  const { networks, selection, traits } = useStore();
  const { questions } = useLater();
  const { ref, width } = useWidth<HTMLDivElement>();
  const pointed = useSignal<Pointed | null>(null);
  const [network, layer] = [networks.network(), networks.layer()];
  const isOn = traits.get("kernels") && network !== null && layer !== null && hasKernels(network, layer);
  const last = useRef<Kernels[]>([]);
  // Until they have come, those of the layer before stay.
  if (isOn) last.current = kernelsOf(questions, network, layer, width.value) ?? last.current;
  useImperativeHandle(controls, () => ({
    move: (dx, dy) => {
      const most = (networks.layer()?.shape[0] ?? 1) - 1;
      const to = selection.channel() + dx + dy * (last.current[0] ? layoutOf(last.current[0]).columns : 1);
      selection.chooseChannel(Math.min(most, Math.max(0, to)));
    },
  }));
  return (
    <div ref={ref} class="sqv-kernel-sheet" hidden={!isOn}>
      <div class="sqv-kernels">
        {isOn &&
          last.current.map((kernels) => <Sheet key={kernels.part.layer.name} kernels={kernels} pointed={pointed} />)}
      </div>
      <p class="sqv-quiet" role="status" aria-live="off">
        {isOn && <Said kernels={last.current} pointed={pointed} />}
      </p>
    </div>
  );
}

/** Null where they have not all come yet. */
function kernelsOf(questions: Questions, network: Network, layer: Layer, width: number): Kernels[] | null {
  const parts = branches(network, layer).filter(isConvolution);
  const all = parts.map((part) => ({ part, weights: questions.weights(part.layer.name) }));
  if (!width || all.some(({ weights }) => !weights)) return null;
  const isSplit = parts.length > 1 && width >= SIDE_BY_SIDE_PX;
  const each = isSplit ? (width - GAP_PX * (parts.length - 1)) / parts.length : width;
  return all.flatMap(({ part, weights }) => {
    if (!weights) return [];
    const most = weights.kernels.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const isFirst = !network.layers.some(({ name }) => name === part.layer.inputs[0]);
    return [{ part, weights, most, isColour: weights.shape[1] === 3 && isFirst, width: each }];
  });
}

interface SheetProps {
  kernels: Kernels;
  pointed: Signal<Pointed | null>;
}

function Sheet({ kernels, pointed }: SheetProps) {
  const { selection } = useStore();
  const { part, weights, most, isColour } = kernels;
  const layout = layoutOf(kernels);
  const canvas = useSheet(kernels);
  const what = describe(weights, isColour);
  const press = usePress<HTMLCanvasElement, Omit<Pointed, "layer">>({
    at: ({ clientX, clientY, currentTarget }) => {
      const { left, top } = currentTarget.getBoundingClientRect();
      return layout.at(clientX - left, clientY - top);
    },
    point: (found) => {
      pointed.value = found && { layer: part.layer.name, ...found };
    },
    choose: ({ channel }) => selection.chooseChannel(part.from + channel),
  });
  return (
    <figure data-layer={part.layer.name} data-most={most} style={{ width: `${Math.max(LEAST_PX, layout.width)}px` }}>
      <figcaption>
        <b>{what}</b>
      </figcaption>
      <div
        class="sqv-grid"
        tabIndex={0}
        role="application"
        aria-roledescription="kernels"
        aria-label={`${part.layer.name}: ${what}; arrow keys choose a channel`}
      >
        <canvas ref={canvas} class="sqv-pressed" {...press} />
        <ChosenMark part={part} layout={layout} />
      </div>
      <p class="sqv-quiet">
        {isColour
          ? `Grey is 0, full colour ±${amount(most)}; one scale for all.`
          : `Down: its channels; across: those of ${part.layer.inputs[0]}. Blue is below 0, warm above, at most ±${amount(most)}; one scale for all.`}
      </p>
    </figure>
  );
}

/** The chosen channel's kernels. It follows the channel alone, so that they are not painted anew for it. */
function ChosenMark({ part: { layer, from }, layout }: { part: Branch; layout: Layout }) {
  const { selection } = useStore();
  const own = selection.channel() - from;
  if (own < 0 || own >= (layer.shape[0] ?? 0)) return null;
  const { left, top, width, height } = layout.boxOf(own);
  const style = { transform: `translate(${left}px, ${top}px)`, width: `${width}px`, height: `${height}px` };
  return <div class="sqv-mark-chosen" style={style} />;
}

function layoutOf({ weights: { shape }, isColour, width }: Kernels): Layout {
  return isColour ? layoutPatches(shape, width) : layoutMatrix(shape, width);
}

function useSheet({ weights, most, isColour, width }: Kernels) {
  const { photos, preprocessings } = useStore();
  return useDrawing((canvas) => {
    if (!isColour) return paintMatrix(canvas, layoutMatrix(weights.shape, width), weights, most);
    const preset = preprocessings.offered().find(({ name }) => name === photos.photo()?.preset);
    const isRgb = preset?.preprocessing?.channel_order === "RGB";
    paintPatches(canvas, layoutPatches(weights.shape, width), weights, most, isRgb ? [0, 1, 2] : [2, 1, 0]);
  });
}

function describe({ shape: [count, inputs, height, width] }: Weights, isColour: boolean): string {
  const size = `${height} × ${width}`;
  if (isColour) return `${count} kernels of ${size} × RGB`;
  return height === 1 && width === 1
    ? `${count} channels mixed of ${inputs}`
    : `${count} × ${inputs} kernels of ${size}`;
}

/** The weights that are pointed at; else the chosen channel's bias, and its chosen cell to open. */
function Said({ kernels, pointed }: { kernels: Kernels[]; pointed: Signal<Pointed | null> }) {
  const { selection } = useStore();
  if (pointed.value) return <>{wordsOf(kernels, pointed.value)}</>;
  const channel = selection.channel();
  const part = kernels.find(({ part: { from, to } }) => channel >= from && channel < to)?.part;
  if (!part) return null;
  const step = { layer: part.layer.name, channel: channel - part.from, cell: selection.cell() };
  return (
    <>
      {wordsOf(kernels, { ...step, input: null })} · <ValueButton text="its chosen cell" step={step} />
    </>
  );
}

function wordsOf(kernels: Kernels[], { layer: name, channel, input }: Pointed): string {
  const found = kernels.find(({ part }) => part.layer.name === name);
  if (!found) return "";
  const { shape, kernels: values, bias } = found.weights;
  if (input === null) return `${name}, kernel ${channel}: bias ${amount(bias[channel] ?? 0)}`;
  const taps = shape[2] * shape[3];
  const start = (channel * shape[1] + input) * taps;
  const read = [...values.subarray(start, start + taps)].map(amount).join(", ");
  return `${name}: channel ${channel} reads channel ${input} of ${found.part.layer.inputs[0]} × ${read}`;
}

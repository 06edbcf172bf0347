import { useComputed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { sharp } from "../../draw/canvas.ts";
import type { Calculation } from "../../store/types.ts";
import { amount } from "../../ui/format.ts";
import { useDrawing, useWidth } from "../../ui/hooks.ts";
import { useLater, useStore } from "../../ui/store.ts";
import { drawInput, drawKernel, drawOutput } from "./draw.ts";
import { SweepTools } from "./sweep_tools.tsx";
import { type Sweeping, useSweep } from "./sweeping.ts";
import { cellOf, entriesOf, type Numbers, placeOf, type Swept, saidOf, sweptOf } from "./window.ts";

const [MOST_PX, LEAST_PX, KERNEL_PX, GAPS_PX] = [190, 100, 96, 40];

/**
 * The kernel's window on its way over one channel of its input, and the output map that comes of it. It moves when it
 * is asked to, and stops wherever one likes.
 */
export function Sweep({ made }: { made: Calculation }) {
  const { networks } = useStore();
  const { ref, width } = useWidth<HTMLDivElement>();
  const swept = sweptOf(networks.network(), made);
  const side = useComputed(() => Math.min(MOST_PX, Math.max(LEAST_PX, (width.value - KERNEL_PX - GAPS_PX) / 2)));
  return (
    <div class="sqv-sweep" ref={ref} hidden={!swept}>
      {swept && <Window made={made} swept={swept} side={() => side.value} />}
    </div>
  );
}

interface WindowProps {
  made: Calculation;
  swept: Swept;
  side: () => number;
}

function Window({ made, swept, side }: WindowProps) {
  const sweep = useSweep(made, swept);
  const shown = { made, swept, sweep, side };
  return (
    <>
      <div class="sqv-sweep-maps">
        <Input {...shown} />
        <Kernel {...shown} />
        <Output {...shown} />
      </div>
      <SweepTools made={made} swept={swept} sweep={sweep} />
      <Said {...shown} />
    </>
  );
}

interface Props extends WindowProps {
  sweep: Sweeping;
}

const sourceOf = ({ terms }: Calculation): number => terms[0]?.channel ?? 0;

function useNumbers(made: Calculation, { before, layer }: Swept): Numbers {
  const { tensors } = useStore();
  const { questions } = useLater();
  return {
    values: before && tensors.of(before.name),
    weights: made.kind === "sum" ? questions.weights(layer.name) : null,
    source: sourceOf(made),
    channel: made.channel,
  };
}

/** The input, and the window on it. */
function Input({ made, swept, sweep, side }: Props) {
  const { photos, tensors, traits } = useStore();
  const { before } = swept;
  const channel = sourceOf(made);
  const name = before ? `${before.name} · ${channel}` : "what the network gets";
  const { top, left } = placeOf(swept, sweep.at());
  const canvas = useDrawing((canvas) => {
    const photo = photos.photo();
    const map = {
      tensor: before && tensors.of(before.name),
      channel,
      palette: traits.get("palette"),
      side: side(),
    };
    if (photo) drawInput(sharp(canvas, map.side, map.side), swept, sweep.at(), map, photo.seen);
  });
  return (
    <figure>
      <canvas ref={canvas} role="img" aria-label={`${name}, the window at ${top}, ${left}`} />
      <figcaption>{name}</figcaption>
    </figure>
  );
}

/** What is inside the window, and what it is multiplied by. */
function Kernel({ made, swept, sweep }: Props) {
  const store = useStore();
  const numbers = useNumbers(made, swept);
  const { weights } = numbers;
  const most = useMemo(() => weights?.kernels.reduce((a, b) => Math.max(a, Math.abs(b)), 0) ?? 0, [weights]);
  const entries = entriesOf(swept, sweep.at(), numbers);
  const canvas = useDrawing((canvas) => {
    const look = { palette: store.traits.get("palette"), side: KERNEL_PX };
    drawKernel(sharp(canvas, KERNEL_PX, KERNEL_PX), swept, entries, most, look);
  });
  const label = entries.map(({ value, weight }) => amount(weight ?? value ?? 0)).join(", ");
  return (
    <figure>
      <canvas ref={canvas} role="img" aria-label={label} />
      <figcaption>{made.kind === "sum" ? "kernel" : "window"}</figcaption>
    </figure>
  );
}

/** The output, as far as the window has come. */
function Output({ made, swept, sweep, side }: Props) {
  const { tensors, traits } = useStore();
  const { layer, output } = swept;
  const { channel } = made;
  const tensor = tensors.of(layer.name);
  const [y, x] = cellOf(swept, sweep.at());
  const canvas = useDrawing((canvas) => {
    const map = { tensor, channel, palette: traits.get("palette"), side: side() };
    drawOutput(sharp(canvas, map.side, map.side), swept, sweep.at(), map);
  });
  const [rows, columns] = output;
  const value = tensor?.values[channel * rows * columns + sweep.at()] ?? 0;
  return (
    <figure>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${layer.name}, channel ${channel}; cell ${y}, ${x}: ${tensor ? amount(value) : "on its way"}`}
        onClick={({ offsetX, offsetY }) => {
          const place = (at: number, count: number) => Math.min(count - 1, Math.floor((at / side()) * count));
          sweep.go(place(offsetY, rows) * columns + place(offsetX, columns));
        }}
      />
      <figcaption>{`${layer.name} · ${channel}`}</figcaption>
    </figure>
  );
}

/** What comes of the window where it is. */
function Said({ made, swept, sweep }: Props) {
  const store = useStore();
  const numbers = useNumbers(made, swept);
  const [rows, columns] = swept.output;
  const tensor = store.tensors.of(swept.layer.name);
  const value = tensor?.values[made.channel * rows * columns + sweep.at()] ?? 0;
  const entries = entriesOf(swept, sweep.at(), numbers);
  return (
    <p class="sqv-quiet sqv-sweep-said" role="status" aria-live="off">
      {tensor && saidOf(made, entries, value, numbers.weights?.shape[1] ?? 0, cellOf(swept, sweep.at()))}
    </p>
  );
}

import type { RefObject } from "preact";
import { indexOf, pixels } from "../../draw/palette.ts";
import type { Photo, Tensor } from "../../store/types.ts";
import { fixed, percent } from "../../ui/format.ts";
import { useDrawing } from "../../ui/hooks.ts";
import { Icon } from "../../ui/Icon.tsx";
import { usePress } from "../../ui/pressing.ts";
import { useStore } from "../../ui/store.ts";
import { ValueButton } from "../../ui/ValueButton.tsx";

interface Props {
  photo: Photo;
  /** Of the class. */
  index: number;
  isFirst?: boolean;
  isPlain?: boolean;
  /** All classes that are shown: their maps are on one scale. */
  beside?: number[];
  cover?: RefObject<HTMLButtonElement | null>;
}

/** A class with its map, its probability and its logit. */
export function Row({ photo, index, isFirst, isPlain, beside = [], cover }: Props) {
  const { networks, selection } = useStore();
  const { label, wnid } = networks.label(index);
  const probability = photo.probabilities[index] ?? 0;
  const isChosen = !isPlain && index === selection.classIndex();
  const classes = ["sqv-row", isFirst && "sqv-first", isChosen && "sqv-chosen"];
  const numbers = { channel: index, isPlain };
  return (
    <li class={classes.filter(Boolean).join(" ")} data-index={index}>
      {!isPlain && <Cam index={index} beside={beside} />}
      <span class="sqv-label" title={`class ${index}${wnid && `, ${wnid}`}`}>
        {label}
      </span>
      <Figure class="sqv-p" text={percent(probability)} layer={networks.softmaxName()} {...numbers} />
      <Figure
        class="sqv-logit"
        text={fixed(photo.logits[index] ?? 0)}
        layer={networks.network()?.logits ?? ""}
        {...numbers}
      />
      <span class="sqv-track" aria-hidden="true">
        <span class="sqv-fill" style={{ width: `${Math.max((probability || 0) * 100, 0.4)}%` }} />
      </span>
      {!isPlain && (
        <>
          <Cover {...{ index, isChosen, cover }} label={`${label}, ${percent(probability)}`} />
          <Pin index={index} label={label} />
        </>
      )}
    </li>
  );
}

/** All of a row but its numbers: what chooses the class. A long press opens its logit. */
function Cover({ index, isChosen, label, cover }: CoverProps) {
  const { networks, selection } = useStore();
  const press = usePress<HTMLButtonElement, number>({
    at: () => index,
    choose: () => selection.chooseClass(index),
    open: () => {
      const layer = networks.network()?.logits;
      if (layer) selection.open({ layer, channel: index, cell: [0, 0] });
    },
  });
  return (
    <button
      {...press}
      ref={cover}
      class="sqv-cover sqv-pressed"
      type="button"
      data-class={index}
      aria-pressed={isChosen}
      aria-label={label}
    />
  );
}

interface CoverProps {
  index: number;
  isChosen: boolean;
  label: string;
  cover: RefObject<HTMLButtonElement | null> | undefined;
}

/** A class's probability or logit, to be opened. */
function Figure({ text, layer, channel, isPlain, ...rest }: FigureProps) {
  if (isPlain || !layer) return <span class={rest.class}>{text}</span>;
  return <ValueButton class={rest.class} text={text} step={{ layer, channel, cell: [0, 0] }} />;
}

interface FigureProps {
  class: string;
  text: string;
  layer: string;
  channel: number;
  isPlain?: boolean;
}

function Pin({ index, label }: { index: number; label: string }) {
  const { selection, traits } = useStore();
  const isPinned = traits.get("pinned").includes(index);
  return (
    <button
      class="sqv-pin"
      type="button"
      aria-pressed={isPinned}
      aria-label={isPinned ? `Unpin ${label}` : `Pin ${label}`}
      title={isPinned ? "Unpin" : "Pin: stays on show for the next photos (Space)"}
      onClick={() => selection.togglePin(index)}
    >
      <Icon name="pin" />
    </button>
  );
}

/** The class's own map; its place stays empty where the network has none. */
function Cam({ index, beside }: { index: number; beside: number[] }) {
  const { networks, classMaps, traits } = useStore();
  const canvas = useDrawing((canvas) => {
    const own = networks.cams() && classMaps.of(index);
    if (!own) return;
    const others = beside.map((each) => classMaps.of(each)).map((each) => each?.tensor.max[each.channel] ?? 0);
    const most = Math.max(own.tensor.max[own.channel] ?? 0, ...others);
    paint(canvas, own.tensor, own.channel, (value) => pixels(traits.get("palette"))[indexOf(value, most)] ?? 0);
  });
  return <canvas ref={canvas} class="sqv-cam" aria-hidden="true" hidden={!networks.cams()} />;
}

function paint(canvas: HTMLCanvasElement, tensor: Tensor, channel: number, pixel: (value: number) => number): void {
  const [, height, width] = tensor.shape;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  const image = context.createImageData(width, height);
  const out = new Uint32Array(image.data.buffer);
  const start = channel * out.length;
  for (let cell = 0; cell < out.length; cell += 1) out[cell] = pixel(tensor.values[start + cell] ?? 0);
  context.putImageData(image, 0, 0);
}

import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { mapOf, topOf } from "../../draw/heatmaps.ts";
import { branchOf } from "../../store/layers.ts";
import type { Store } from "../../store/store.ts";
import { amount } from "../../ui/format.ts";
import { useCalm, useDrawing, useWidth } from "../../ui/hooks.ts";
import type { PartProps } from "../../ui/part.ts";
import { useStore } from "../../ui/store.ts";
import { ValueButton } from "../../ui/ValueButton.tsx";
import { AcrossDataSet, ActivatingChannels, FromCatalog, GrowingPicture, InIntegers, Relations } from "../late.tsx";
import { type Chosen, chosenOf } from "./chosen.ts";
import { Crops } from "./crops.tsx";
import { paintHistogram } from "./draw.ts";
import { LargeMap } from "./large_map.tsx";
import { histogramOf, peakOf } from "./layout.ts";

const BINS = 40;

/** The chosen channel: its map large with axes, its values, and what the photo shows where it answers most. */
export function ChannelPanel({ element }: PartProps) {
  const store = useStore();
  const { ref, width } = useWidth<HTMLElement>(element);
  const isVacant = useComputed(() => !store.tensors.shown()).value;
  const last = useRef<Chosen | null>(null);
  const chosen = useCalm(() => chosenOf(store)) ?? last.current;
  last.current = chosen;
  return (
    <section ref={ref} class={`sqv-channel ${isVacant ? "sqv-vacant" : ""}`} aria-label="Chosen channel">
      <header class="sqv-spread">
        <h2>{chosen && `Channel ${chosen.channel}`}</h2>
        <span class="sqv-quiet">{chosen && sourceOf(store, chosen)}</span>
      </header>
      <div class="sqv-pair">
        <LargeMap width={width} />
        <div class="sqv-pair-facts">
          {chosen && <Facts chosen={chosen} />}
          <Ablate />
        </div>
      </div>
      <div class="sqv-more">
        <div>{chosen && <Values chosen={chosen} />}</div>
        <InIntegers />
        <div>{chosen && <Crops chosen={chosen} />}</div>
        <div>
          <GrowingPicture />
          <FromCatalog />
        </div>
        <AcrossDataSet />
        <Relations />
        <ActivatingChannels />
      </div>
    </section>
  );
}

/** The layer that the channel comes from; or the class that it is of. */
function sourceOf({ networks }: Store, { network, layer, channel }: Chosen): string {
  const isClass = [networks.classLayer()?.name, network.logits].includes(layer.name) || layer.kind === "softmax";
  return isClass ? networks.label(channel).label : branchOf(network, layer, channel).name;
}

function Facts({ chosen: { tensor, layer, channel } }: { chosen: Chosen }) {
  const [count, , width] = tensor.shape;
  const mean = tensor.mean[channel] ?? 0;
  const peak = peakOf(mapOf(tensor, channel), width);
  const rank = tensor.mean.filter((other) => other > mean).length + 1;
  const step = { layer: layer.name, channel, cell: peak };
  const ofMean = `by mean, of ${count} channels`;
  return (
    <dl class="sqv-facts">
      <dt>max</dt>
      <dd>
        <ValueButton text={amount(tensor.max[channel] ?? 0)} step={step} />
      </dd>
      <dt>at</dt>
      <dd>{peak.join(", ")}</dd>
      <dt>mean</dt>
      <dd>{amount(mean)}</dd>
      <dt title={ofMean}>rank</dt>
      <dd title={ofMean}>#{rank}</dd>
      <dt title="share of cells that are exactly 0">zero</dt>
      <dd title="share of cells that are exactly 0">{(100 * (tensor.zero[channel] ?? 0)).toFixed(1)} %</dd>
    </dl>
  );
}

function Ablate() {
  const { networks, selection } = useStore();
  const layer = networks.layer();
  const isAblated = layer !== null && selection.isAblated(layer.name, selection.channel());
  return (
    <button
      class="sqv-button sqv-ablate"
      type="button"
      title="What would the network say without this channel? (x)"
      hidden={!networks.can("ablation")}
      aria-pressed={isAblated}
      onClick={() => layer && selection.toggleAblated(layer.name, [selection.channel()])}
    >
      {isAblated ? "Restore" : "Ablate"}
    </button>
  );
}

/** How the map's values are spread. */
function Values({ chosen: { tensor, channel, look } }: { chosen: Chosen }) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const map = mapOf(tensor, channel);
  const own = tensor.max[channel] ?? 0;
  const histogram = histogramOf(map, own, BINS);
  const { zeros, below, odd } = histogram;
  const canvas = useDrawing((canvas) => {
    if (width.value)
      paintHistogram(canvas, width.value, histogram, own, topOf(tensor, channel, look.scale), look.palette);
  });
  const without = zeros + below;
  const atZero = `${without} ${without === 1 ? "cell" : "cells"} at 0${below ? " or below" : ""}`;
  const said = `${atZero}, ${map.length - without - odd} above${odd ? `, ${odd} NaN` : ""}`;
  return (
    <>
      <div class="sqv-spread sqv-sub">
        <b>Values</b>
        <span class="sqv-quiet">{said}</span>
      </div>
      <div ref={ref}>
        <canvas ref={canvas} role="img" aria-label={`Histogram: ${said}, up to ${amount(own)}`} />
      </div>
    </>
  );
}

import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import { branches, branchOf, consumers } from "../../store/layers.ts";
import type { Questions } from "../../store/questions.ts";
import type { Store } from "../../store/store.ts";
import { amount } from "../../ui/format.ts";
import { useCalm, useSettled } from "../../ui/hooks.ts";
import { SmallMap } from "../../ui/SmallMap.tsx";
import { useLater, useStore } from "../../ui/store.ts";
import { strongestInputs, strongestOutputs } from "./adds.ts";

const SHOWN = 5;
const QUIET_MS = 250;
const TITLE =
  "What it adds on average in this photo: the mean of the map × the kernel's sum; at the edges of 3 × 3 kernels a little less";

/** A channel of another layer, and how much lies between them. */
interface Related {
  layer: string;
  channel: number;
  adds: number;
}

/** Null: there are none, by the network's form. */
interface Relation {
  from: { name: string; found: Related[] } | null;
  to: { name: string; found: Related[] } | null;
}

/**
 * Where a channel comes from and where it goes: the inputs that add most to it in this photo, and the channels of the next
 * convolutions to which it adds most. It takes the layers beside the chosen one, and kernels: they come once nobody is
 * waiting for maps.
 */
export function Relations() {
  const { photos, networks } = useStore();
  // Neighbouring layers would have to come with every frame of the camera; and it would never be quiet.
  const due = useComputed(() => {
    const photo = photos.photo();
    return photo && !photo.isLive ? `${networks.layer()?.name} ${photo.id}` : "";
  }).value;
  const isSettled = useSettled(due, QUIET_MS) === due;
  return (
    <div class={`sqv-relations ${due && !isSettled ? "sqv-late" : ""}`} hidden={!due}>
      <Both isSettled={isSettled && due !== ""} />
    </div>
  );
}

/** What is shown stays until all is quiet. */
function Both({ isSettled }: { isSettled: boolean }) {
  const last = useRef<Relation>({ from: null, to: null });
  return isSettled ? <Found last={last} /> : <Lists relation={last.current} />;
}

function Found({ last }: { last: { current: Relation } }) {
  const store = useStore();
  const { questions } = useLater();
  last.current = useCalm(() => relationOf(store, questions)) ?? last.current;
  return <Lists relation={last.current} />;
}

function Lists({ relation: { from, to } }: { relation: Relation }) {
  return (
    <>
      <div class="sqv-from" hidden={!from}>
        <div class="sqv-spread sqv-sub">
          <b title={TITLE}>Strongest inputs</b>
          <span class="sqv-quiet">{from?.name}</span>
        </div>
        <Tiles found={from?.found ?? []} />
      </div>
      <div class="sqv-to" hidden={!to}>
        <div class="sqv-spread sqv-sub">
          <b title={TITLE}>Goes on to</b>
          <span class="sqv-quiet">{to?.name}</span>
        </div>
        <Tiles found={to?.found ?? []} />
      </div>
    </>
  );
}

function Tiles({ found }: { found: Related[] }) {
  const { selection, tensors } = useStore();
  return (
    <div class="sqv-crops">
      {found.map(({ layer, channel, adds }) => {
        const said = `${adds < 0 ? "−" : "+"}${amount(Math.abs(adds))}`;
        return (
          <button
            key={`${layer} ${channel}`}
            class="sqv-crop"
            type="button"
            data-to={`${layer} ${channel}`}
            aria-label={`${layer}, channel ${channel}: ${said} on average`}
            title={`${layer}, channel ${channel}`}
            onClick={() => selection.chooseLayer(layer, channel)}
          >
            <SmallMap tensor={tensors.of(layer)} channel={channel} />
            <span class={adds < 0 ? "sqv-less" : "sqv-adds-more"}>{said}</span>
            <span class="sqv-quiet">{channel}</span>
          </button>
        );
      })}
    </div>
  );
}

/** Null while the chosen layer is on its way. */
function relationOf(store: Store, questions: Questions): Relation | null {
  const { networks, selection, tensors } = store;
  const [tensor, network, layer] = [tensors.shown(), networks.network(), networks.layer()];
  if (!tensor || !network || !layer || tensor.layer !== layer.name) return null;
  const channel = selection.channel();
  const own = branchOf(network, layer, channel);
  const first = branches(network, layer).find(({ layer: { name } }) => name === own.name)?.from ?? 0;
  const source = network.layers.find(({ name }) => name === own.inputs[0]);
  const nexts = consumers(network, layer, channel);
  const inputs = (name: string): Related[] => {
    const [weights, fed] = [questions.weights(own.name), tensors.of(name)];
    if (!weights || !fed) return []; // rather nothing than those of another layer
    return strongestInputs(weights, fed.mean, channel - first, SHOWN).map((each) => ({ layer: name, ...each }));
  };
  const outputs = (): Related[] =>
    nexts.flatMap(({ layer: next, channel: input }) => {
      const weights = questions.weights(next.name);
      const mean = tensors.of(next.inputs[0] ?? "")?.mean[input];
      if (!weights || mean === undefined) return [];
      return strongestOutputs(weights, mean, input, SHOWN).map((each) => ({ layer: next.name, ...each }));
    });
  return {
    from: source && own.kind === "convolution" ? { name: source.name, found: inputs(source.name) } : null,
    to: nexts.length
      ? { name: nexts.map(({ layer: { name } }) => name).join(", "), found: strongest(outputs()) }
      : null,
  };
}

function strongest(found: Related[]): Related[] {
  return found.sort((a, b) => Math.abs(b.adds) - Math.abs(a.adds)).slice(0, SHOWN);
}

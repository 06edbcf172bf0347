/** What is ablated, in words. */
import { branches } from "../../store/layers.ts";
import type { Network } from "../../store/types.ts";

const MOST_LISTED = 8;

/** One layer's: what it is called, and what each of its buttons restores. */
export interface Row {
  layer: string;
  name: string;
  buttons: { text: string; says: string; channels: number[] }[];
}

/** A few channels are listed one by one; more go together. */
export function rowsOf(ablated: Record<string, number[]>, network: Network | null): Row[] {
  return Object.entries(ablated).flatMap(([layer, channels]): Row[] => {
    if (!channels.length) return [];
    if (channels.length <= MOST_LISTED) {
      const buttonOf = (channel: number) => ({
        text: `${channel}`,
        says: `${layer}, channel ${channel}: restore`,
        channels: [channel],
      });
      return [{ layer, name: layer, buttons: channels.map(buttonOf) }];
    }
    const name = wholeOf(layer, channels, network) ?? `${layer}: ${channels.length} channels`;
    return [{ layer, name, buttons: [{ text: "", says: `${layer}: restore its channels`, channels }] }];
  });
}

/** What channels are together, where they are just one branch of a concatenation, or a whole layer. */
function wholeOf(name: string, channels: number[], network: Network | null): string | null {
  const layer = network?.layers.find((other) => other.name === name);
  if (!network || !layer) return null;
  if (channels.length === layer.shape[0]) return `all of ${name}`;
  const branch = branches(network, layer).find(
    ({ from, to }) => channels.length === to - from && channels.every((channel) => channel >= from && channel < to),
  );
  return branch ? `${branch.layer.name} in ${name}` : null;
}

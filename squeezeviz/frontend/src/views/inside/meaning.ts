/** What a kind of calculation means. */
import { branches } from "../../store/layers.ts";
import type { Calculation, Network } from "../../store/types.ts";

/** In a sentence or two; empty where nothing needs to be said. */
export function meaningOf({ kind, layer: name }: Calculation, network: Network | null): string {
  if (kind === "softmax")
    return (
      "p = e^z / Σ e^z over all classes. Only differences between logits count: " +
      "one more makes a class e = 2.718 times as probable against each of the others."
    );
  if (kind === "mean" && name === network?.logits)
    return (
      "A class's logit is the mean of its own map: no gradient, no approximation. " +
      "Which part of the photo spoke for it can be read off."
    );
  if (network?.class_maps?.is_weighted && name === network.class_maps.name)
    return (
      "No layer has this map: each of its cells is the weights of the last layer times the features there, and the bias. " +
      "Its mean is the class's logit."
    );
  if (kind === "copy") return copied(network, name);
  if (kind === "scaling")
    return (
      "The preprocessing, per colour: a pixel value from 0 to 255, times a scale, plus an offset " +
      "(less the mean of that colour). The first convolution reads these numbers."
    );
  if (kind === "blend")
    return (
      "Resizing reads between the photo's pixels: the four round the place, each by how near it is. " +
      "Here the network ends and the photo begins."
    );
  return "";
}

function copied(network: Network | null, name: string): string {
  const layer = network?.layers.find((each) => each.name === name);
  if (!network || !layer) return "";
  if (layer.kind !== "concatenation") return "This operator moves numbers, and computes nothing.";
  const parts = branches(network, layer).map((part) => {
    return `Channels ${part.from} to ${part.to - 1} are those of ${part.layer.name}`;
  });
  return `A concatenation computes nothing. ${parts.join("; ")}.`;
}

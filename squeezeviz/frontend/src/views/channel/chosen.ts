import type { Look } from "../../draw/heatmaps.ts";
import type { Store } from "../../store/store.ts";
import type { Layer, Network, Tensor } from "../../store/types.ts";

/** The chosen channel of the layer on show. */
export interface Chosen {
  tensor: Tensor;
  network: Network;
  layer: Layer;
  channel: number;
  look: Look;
}

/** Null while the chosen layer is on its way. */
export function chosenOf({ tensors, networks, selection, traits }: Store): Chosen | null {
  const [tensor, network, layer] = [tensors.shown(), networks.network(), networks.layer()];
  if (!tensor || !network || !layer || tensor.layer !== layer.name) return null;
  const look = { scale: selection.scale(), palette: traits.get("palette") };
  return { tensor, network, layer, channel: selection.channel(), look };
}

/** A network, layer by layer, from its input to its probabilities. */
import type { Layer } from "../protocol.ts";
import { OPS } from "./ops/table.ts";
import type { GraphSpec, Maps, Shape, Weights, Work } from "./types.ts";

/** One cell where a channel is one number. */
export const shapeOf = ({ shape }: Layer): Shape => [shape[0] ?? 1, shape[1] ?? 1, shape[2] ?? 1];

/**
 * Compute every layer, in their order.
 *
 * @param layers Of shapes as this input makes them.
 * @param done Called after each.
 * @param breathe Called often; what it returns is waited for.
 */
export async function run(
  layers: readonly Layer[],
  graphSpec: GraphSpec,
  input: { name: string; maps: Maps },
  weightsOf: (layer: string) => Promise<Weights>,
  done: (layer: string, maps: Maps) => void,
  breathe: Work["breathe"],
): Promise<void> {
  const known = new Map([[input.name, input.maps]]);
  for (const layer of layers) {
    const step = graphSpec[layer.name];
    const op = OPS[step?.op ?? ""];
    if (!step || !op) throw new Error(`${layer.name}: this page does not know the operator ${step?.op}`);
    const sources = layer.inputs.map((name) => known.get(name) as Maps);
    const shape = shapeOf(layer);
    const values = await op.compute(sources, { step, shape, breathe, weights: () => weightsOf(layer.name) });
    const isRelu = step.relu && !op.isWithRelu;
    const maps = { shape, values: isRelu ? values.map((number) => Math.max(0, number)) : values };
    known.set(layer.name, maps);
    done(layer.name, maps);
    const pause = breathe();
    if (pause) await pause;
  }
}

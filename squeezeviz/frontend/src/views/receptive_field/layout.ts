/** What is said of the receptive field of the cell that is looked at, and where its sizes lie on the input's axis. */
import { branchOf, fieldsOf, lies, sizeText, span } from "../../store/layers.ts";
import type { Layer, Network, Point } from "../../store/types.ts";

export interface Field {
  /** Longer sides, in input pixels, from the smallest path to the largest. */
  sizes: number[];
  least: number;
  most: number;
  /** The input's longer side. */
  limit: number;
  words: string;
  rows: string;
  columns: string;
  stride: string;
}

export function fieldOf(network: Network, layer: Layer, { channel, cell }: Point): Field {
  const source = branchOf(network, layer, channel);
  const [, tall, wide] = network.input;
  const fields = fieldsOf(source);
  const [top, bottom] = span(source, 0, cell[0], fields.most[0], tall);
  const [left, right] = span(source, 1, cell[1], fields.most[1], wide);
  const stride = lies(source)?.stride;
  return {
    sizes: source.receptive_fields.map((size) => Math.max(...size)),
    least: Math.max(...fields.least),
    most: Math.max(...fields.most),
    limit: Math.max(tall, wide),
    words: sizesInWords(source),
    rows: `rows ${top}–${bottom - 1}`,
    columns: `columns ${left}–${right - 1}`,
    stride: stride ? `stride ${sizeText(stride)}` : "",
  };
}

function sizesInWords(source: Layer): string {
  const { least, most } = fieldsOf(source);
  const count = source.receptive_fields.length;
  if (!count) return "not known";
  const [from, to] = [sizeText(least), sizeText(most)];
  return from === to ? `one size, ${to} px` : `${count} sizes, ${from} to ${to} px`;
}

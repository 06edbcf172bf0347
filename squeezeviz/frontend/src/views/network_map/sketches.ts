/** Networks for tests of the diagram: their layers and blocks, as a kernel tells them. */
import type { Block } from "../../protocol.ts";
import type { Layer, Network } from "../../store/types.ts";

export type Sketch = Network;

class Sketching {
  readonly layers: Layer[] = [];
  readonly blocks: Block[] = [];

  layer(name: string, kind: string, channels: number, inputs: string[], size = 14): string {
    const kernel = kind === "convolution" ? [3, 3] : null;
    this.layers.push({ name, kind, shape: [channels, size, size], inputs, kernel } as Layer);
    return name;
  }

  /** @param layers Names; the last is what others read. @returns Its name. */
  block(name: string, kind: Block["kind"], layers: string[], inputs: string[], about: Partial<Block> = {}): string {
    const plain = { branches: [], join: null, group: null };
    this.blocks.push({ ...plain, ...{ name, kind, layers, inputs, output: layers.at(-1) ?? "" }, ...about });
    return name;
  }

  stem(channels = 64): string {
    return this.block("stem", "plain", [this.layer("stem", "convolution", channels, ["data"])], ["data"]);
  }

  made(): Sketch {
    return { layers: this.layers, blocks: this.blocks } as unknown as Sketch;
  }
}

/** As SqueezeNet: eight modules between a stem, poolings and a softmax. */
export function fires(): Sketch {
  const net = new Sketching();
  let [x, before] = ["stem", net.stem()];
  for (let at = 2; at < 10; at += 1) {
    const [squeeze, one, three, join] = ["squeeze1x1", "expand1x1", "expand3x3", "concat"].map((n) => `fire${at}/${n}`);
    const names = [squeeze, one, three, join] as [string, string, string, string];
    net.layer(names[0], "convolution", 8 * at, [x]);
    for (const expand of [names[1], names[2]]) net.layer(expand, "convolution", 32 * at, [names[0]]);
    x = net.layer(names[3], "concatenation", 64 * at, [names[1], names[2]]);
    before = net.block(`fire${at}`, "fire", names, [before], { branches: [[names[1]], [names[2]]], join: x });
    if (at % 2)
      before = net.block(`pool${at}`, "plain", [net.layer(`pool${at}`, "max pooling", 64 * at, [x])], [before]);
    x = net.layers.at(-1)?.name ?? x;
  }
  const head = [net.layer("conv10", "convolution", 1000, [x]), net.layer("answer", "softmax", 1000, ["conv10"])];
  net.block("conv10–answer", "plain", head, [before]);
  return net.made();
}

/** As ResNet-50: each with normalisations in between. */
export function bottlenecks(count: number, { isProjected = false } = {}): Sketch {
  const net = new Sketching();
  let [x, before] = ["stem", net.stem()];
  for (let at = 1; at <= count; at += 1) {
    const main = ["a", "b", "c"].flatMap((name, index) => {
      const channels = index === 2 ? 256 : 64;
      const inputs = [index ? `${at}${"ab"[index - 1]}.bn` : x];
      const conv = net.layer(`${at}${name}`, "convolution", channels, inputs);
      return [conv, net.layer(`${at}${name}.bn`, "batch normalisation", channels, [conv])];
    });
    const past = isProjected ? [net.layer(`${at}p`, "convolution", 256, [x])] : [];
    const join = net.layer(`${at}+`, "addition", 256, [past[0] ?? x, main.at(-1) ?? ""]);
    const names = [...main, ...past, join];
    before = net.block(`bottleneck ${at}`, "bottleneck", names, [before], { branches: [past, main], join });
    x = join;
  }
  return net.made();
}

/** As GoogLeNet: four branches each. */
export function inceptions(count: number): Sketch {
  const net = new Sketching();
  let [x, before] = ["stem", net.stem(192)];
  for (let at = 1; at <= count; at += 1) {
    const conv = (name: string, channels: number, input: string) =>
      net.layer(`i${at}/${name}`, "convolution", channels, [input]);
    const a = [conv("a", 64, x)];
    const b = [conv("b1", 96, x), conv("b2", 128, `i${at}/b1`)];
    const c = [conv("c1", 16, x), conv("c2", 32, `i${at}/c1`)];
    const d = [net.layer(`i${at}/d1`, "max pooling", 192, [x]), conv("d2", 32, `i${at}/d1`)];
    const branches = [a, b, c, d];
    const join = net.layer(
      `i${at}/join`,
      "concatenation",
      256,
      branches.map((names) => names.at(-1) ?? ""),
    );
    const names = [...branches.flat(), join];
    before = net.block(`inception ${at}`, "inception", names, [before], { branches, join });
    x = join;
  }
  return net.made();
}

/** As DenseNet-121: 58 dense layers in four dense blocks. */
export function denseNet(): Sketch {
  const net = new Sketching();
  let [x, before, channels, number] = ["stem", net.stem(), 64, 0];
  [6, 12, 24, 16].forEach((count, row) => {
    for (let at = 0; at < count; at += 1) {
      number += 1;
      channels += 32;
      const norm = net.layer(`${number}n`, "batch normalisation", channels - 32, [x]);
      const inner = [norm, net.layer(`${number}a`, "convolution", 128, [norm])];
      const main = [...inner, net.layer(`${number}b`, "convolution", 32, [`${number}a`])];
      const join = net.layer(`${number}+`, "concatenation", channels, [x, `${number}b`]);
      const about = { branches: [[], main], join, group: `dense block ${row + 1}` };
      before = net.block(`dense layer ${number}`, "dense layer", [...main, join], [before], about);
      x = join;
    }
    if (row === 3) return;
    channels /= 2;
    const names = [net.layer(`t${row}`, "convolution", channels, [x]), `t${row}p`];
    x = net.layer(`t${row}p`, "average pooling", channels, [`t${row}`]);
    before = net.block(`transition ${row + 1}`, "transition", names, [before]);
  });
  return net.made();
}

/** Two layers that also read what was two and three before. */
export function skipping(): Sketch {
  const net = new Sketching();
  net.stem();
  const reads = [["stem"], ["a"], ["b", "a"], ["c", "stem"]];
  ["a", "b", "c", "d"].forEach((name, at) => {
    const inputs = reads[at] ?? [];
    net.block(
      name,
      "plain",
      [net.layer(name, inputs.length > 1 ? "concatenation" : "convolution", 64, inputs)],
      inputs,
    );
  });
  return net.made();
}

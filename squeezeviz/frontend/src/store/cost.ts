/** What each layer costs on the kernel's machine: measured when the architecture diagram is to show it. */
import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { CostMessage, CostRow, Costs } from "../protocol.ts";
import type { Diagram } from "./diagram.ts";
import type { Networks } from "./networks.ts";
import type { Resource, Resources } from "./resource.ts";
import type { Unit } from "./units.ts";

const NO_KERNEL = {
  known: null,
  before: null,
  problem:
    "What layers cost is measured by ONNX Runtime's profiler, which takes a kernel, and this page has none: open it in a " +
    "notebook or by squeezeviz app, or run squeezeviz profile.",
};

export class Cost {
  readonly #networks: Networks;
  readonly #resources: Resources;
  readonly #diagram: Diagram;
  /** How often it was measured anew: each time is asked for by itself. */
  readonly #round = signal(0);
  readonly #rows: ReadonlySignal<ReadonlyMap<string, CostRow>>;

  constructor(networks: Networks, diagram: Diagram, resources: Resources) {
    this.#networks = networks;
    this.#diagram = diagram;
    this.#resources = resources;
    this.#rows = computed(() => {
      const rows = this.of()?.known?.rows ?? [];
      return new Map(rows.flatMap((row) => row.layers.map((layer) => [layer, row] as const)));
    });
  }

  /** Whether the diagram shows it. */
  isOn(): boolean {
    return this.#diagram.shows() === "cost";
  }

  measureAgain(): void {
    this.#round.value += 1;
  }

  /** What has been measured of the model that answers; null where it is not asked for. */
  of(): Resource<Costs> | null {
    const name = this.#networks.answering()?.name;
    if (!this.isOn() || !name) return null;
    if (!this.#networks.can("cost")) return NO_KERNEL;
    const read = ({ costs }: CostMessage) => costs;
    const lane = { name: `cost ${name}`, isStoppable: true };
    return this.#resources.get(`cost ${name} ${this.#round.value}`, { kind: "cost", name }, read, lane);
  }

  /** The row in which a layer is computed; null where it is not known. */
  row(layer: string): CostRow | null {
    return this.#rows.value.get(layer) ?? null;
  }

  /** What a unit costs: its layers, each row once, and what is done to their values. */
  ofUnit({ layers }: Unit): UnitCost {
    const names = new Set(layers.map(({ name }) => name));
    const rows = (this.of()?.known?.rows ?? []).filter(({ name }) => names.has(name));
    const longest = rows.reduce<CostRow | null>((most, row) => (most && most.ms >= row.ms ? most : row), null);
    return { ms: rows.reduce((sum, { ms }) => sum + ms, 0), limit: longest?.limit ?? null };
  }
}

export interface UnitCost {
  ms: number;
  /** Of what takes longest in it. */
  limit: CostRow["limit"];
}

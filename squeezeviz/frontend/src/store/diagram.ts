/** The architecture diagram: what is open in it, and how a person steps through it. */
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Networks } from "./networks.ts";
import type { Selection } from "./selection.ts";
import { holds, isOpen, opens, type Unit, unitsOf } from "./units.ts";

/** What the diagram shows of each layer. */
export type Shown = "activation" | "cost" | "precision";

export class Diagram {
  readonly #networks: Networks;
  readonly #selection: Selection;
  /** Key of the unit that was opened last. */
  readonly #opened = signal("");
  readonly #shows = signal<Shown>("activation");
  readonly #units: ReadonlySignal<Unit[]>;
  readonly #open: ReadonlySignal<ReadonlySet<string>>;
  readonly #standing: ReadonlySignal<Unit[]>;

  constructor(networks: Networks, selection: Selection) {
    this.#networks = networks;
    this.#selection = selection;
    this.#units = computed(() => {
      const network = networks.network();
      return network?.layers?.length && network.blocks ? unitsOf(network) : [];
    });
    // As text, so that another choice that opens nothing is no change: who draws what is open draws nothing then.
    const keys = computed(() => this.#openNow().join("\n"));
    this.#open = computed(() => new Set(keys.value.split("\n").filter(Boolean)));
    this.#standing = computed(() => this.#units.value.flatMap((unit) => (this.isOpen(unit) ? inside(unit) : [unit])));
  }

  shows(): Shown {
    return this.#shows.value;
  }

  show(what: Shown): void {
    this.#shows.value = what;
  }

  /** All, with every group as one. */
  units(): Unit[] {
    return this.#units.value;
  }

  /** Those on show: of a group that is open, what is in it. */
  standing(): Unit[] {
    return this.#standing.value;
  }

  /** Keys of those that are open. */
  open(): ReadonlySet<string> {
    return this.#open.value;
  }

  isOpen({ key }: Unit): boolean {
    return this.open().has(key);
  }

  /** The one on show that the chosen layer is in. */
  here(): Unit | null {
    return this.standing().find((unit) => holds(unit, this.#chosen())) ?? null;
  }

  /** What a click does: choose a unit and open it; the next click closes it again. */
  press(unit: Unit): void {
    const isAgain = this.#chosen() === unit.output.name && this.isOpen(unit);
    batch(() => {
      if (opens(unit)) this.#opened.value = isAgain ? this.#around(unit) : unit.key;
      this.#selection.chooseLayer(unit.output.name);
    });
  }

  /** Open the unit that the chosen layer is in, or close it. @returns Whether it can be. */
  toggle(): boolean {
    const here = this.here();
    if (!here || !opens(here)) return false;
    const wasOpen = this.isOpen(here);
    this.#opened.value = wasOpen ? this.#around(here) : here.key;
    if (wasOpen && this.#chosen() !== here.output.name) this.#selection.chooseLayer(here.output.name);
    return true;
  }

  /** Close a group. */
  fold(member: Unit): void {
    const group = this.#group(member);
    if (!group) return;
    this.#opened.value = "";
    this.#selection.chooseLayer(group.output.name);
  }

  /** Choose the unit so many further on. @returns Whether it is another one. */
  step(by: number): boolean {
    const [units, here] = [this.standing(), this.here()];
    const at = here ? units.indexOf(here) : 0;
    const next = units[Math.min(units.length - 1, Math.max(0, at + by))];
    if (!next || next === here) return false;
    // The last of a group gives the group's own output: it stays open all the same.
    const group = this.#group(next);
    if (group && this.isOpen(group)) this.#opened.value = group.key;
    this.#selection.chooseLayer(next.output.name);
    return true;
  }

  /** Choose the layer so many further on within the unit; a group opens. @returns Whether anything has changed. */
  stepInside(by: number): boolean {
    const here = this.here();
    if (!here) return false;
    if (here.form === "group") this.#opened.value = here.key;
    const steps = here.form === "group" ? here.members.map(({ output }) => output) : here.layers;
    const at = steps.findIndex(({ name }) => name === this.#chosen());
    const next = steps[Math.min(steps.length - 1, Math.max(0, at + by))];
    if (!next || next.name === this.#chosen()) return here.form === "group";
    this.#selection.chooseLayer(next.name);
    return true;
  }

  #openNow(): string[] {
    const all = this.#units.value.flatMap((unit) => [unit, ...unit.members]);
    return all.filter((unit) => isOpen(unit, this.#chosen(), this.#opened.value)).map(({ key }) => key);
  }

  #chosen(): string {
    return this.#networks.layer()?.name ?? "";
  }

  #group(unit: Unit): Unit | undefined {
    return this.units().find(({ members }) => members.some(({ key }) => key === unit.key));
  }

  /** What stays open when a unit is closed. */
  #around(unit: Unit): string {
    return this.#group(unit)?.key ?? "";
  }
}

const inside = (unit: Unit): Unit[] => (unit.members.length ? unit.members : [unit]);

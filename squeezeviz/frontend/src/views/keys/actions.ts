/** What every key does. */
import { branches } from "../../store/layers.ts";
import type { Store } from "../../store/store.ts";
import { undoKey } from "../edit/keys.ts";

/** What the page does that is not the store's. */
export interface Around {
  /** Another channel: so many to the right and down. */
  move: (dx: number, dy: number) => void;
  search: () => void;
  /** Clear the search. @returns Whether there was one. */
  clear: () => boolean;
  /** Bring the arithmetic into view. */
  reveal: () => void;
  /** The focus back to the page. */
  rest: () => void;
  /** The page of keys. */
  help: () => HTMLDialogElement | null;
}

type Action = (event: KeyboardEvent) => void;

/** Key → action. */
export function actionsOf(store: Store, around: Around): Record<string, Action> {
  const { selection, traits, diagram } = store;
  return {
    ArrowLeft: ({ shiftKey }) => around.move(shiftKey ? -10 : -1, 0),
    ArrowRight: ({ shiftKey }) => around.move(shiftKey ? 10 : 1, 0),
    ArrowUp: ({ shiftKey }) => around.move(0, shiftKey ? -4 : -1),
    ArrowDown: ({ shiftKey }) => around.move(0, shiftKey ? 4 : 1),
    "[": () => void diagram.step(-1),
    "]": () => void diagram.step(1),
    "/": () => around.search(),
    " ": () => selection.togglePin(selection.classIndex()),
    o: () => traits.set({ view: traits.get("view") === "seen" ? "original" : "seen" }),
    m: () => traits.set({ cam: !traits.get("cam") }),
    x: () => ablate(store, (channel) => [channel]),
    X: () => ablate(store, (channel) => branchOf(store, channel)),
    e: () => traits.set({ explaining: !traits.get("explaining") }),
    g: () => store.cellGradient.turn(!store.cellGradient.isOn()),
    h: () => (selection.held() ? selection.letGo() : store.hold()),
    k: () => traits.set({ kernels: !traits.get("kernels") }),
    z: () => selection.enlarge(!selection.isEnlarged()),
    "=": () => {
      const layer = store.networks.layer();
      if (layer) selection.open({ layer: layer.name, ...selection.looked() });
      around.reveal();
    },
    "?": () => around.help()?.showModal(),
    Escape: () => back(store, around),
  };
}

/** Whether an element has a use of its own for a key, or it is not for the page at all. */
export function isOwn(event: KeyboardEvent, store: Store): boolean {
  const target = event.target as HTMLElement;
  if (!target.closest("input:not([type=range]), textarea") && undoKey(store, event)) {
    event.preventDefault();
    return true;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, select, textarea")) return true;
  // A button's own keys come first; so do those of lists. Space pins the class whose row has the focus.
  const isPress = event.key === " " || event.key === "Enter";
  if (!isPress || !target.closest("button, summary, [role=option]")) return false;
  return !(event.key === " " && target.closest(".sqv-cover"));
}

function ablate(store: Store, channelsOf: (channel: number) => number[]): void {
  const layer = store.networks.layer();
  const channels = channelsOf(store.selection.channel());
  if (layer && channels.length && store.networks.can("ablation")) store.selection.toggleAblated(layer.name, channels);
}

/** All channels of the branch that one is of. */
function branchOf({ networks }: Store, channel: number): number[] {
  const [network, layer] = [networks.network(), networks.layer()];
  const branch = network && layer && branches(network, layer).find(({ from, to }) => channel >= from && channel < to);
  return branch ? Array.from({ length: branch.to - branch.from }, (_, index) => branch.from + index) : [];
}

/** What was chosen last goes first. */
function back(store: Store, { help, clear, rest }: Around): void {
  const { selection, traits } = store;
  if (help()?.open) help()?.close();
  else if (selection.isEnlarged()) selection.enlarge(false);
  else if (store.stop()) return;
  else if (clear()) return;
  else if (selection.opened().length) selection.back(selection.opened().length - 1);
  else if (selection.hover()) selection.point(null);
  else if (traits.get("class_index") !== null) selection.chooseClass(null);
  else if (traits.get("cell") !== null) traits.set({ cell: null });
  else if (traits.get("channel") !== null) traits.set({ channel: null });
  else rest();
}

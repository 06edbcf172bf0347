import { Fragment, type RefObject } from "preact";
import { useEffect } from "preact/hooks";
import type { Store } from "../../store/store.ts";
import { useStore } from "../../ui/store.ts";
import { type Around, actionsOf, isOwn } from "./actions.ts";

/** Key, what it does, and what the page must be able to for that. */
const KEYS: [string, string, string?][] = [
  ["← → ↑ ↓", "the channel beside; in the large map: the cell"],
  ["Shift + arrows", "ten channels on; in the large map: five cells"],
  ["[ ]", "the layer before or behind; in the network: arrows, and Enter opens a block"],
  ["/", "find a class"],
  ["Space", "pin the chosen class, or let it go"],
  ["o", "the photo as it is, or as the network sees it"],
  ["m", "the chosen class's own map over the photo"],
  ["x", "ablate the chosen channel, or restore it; Shift + x its whole branch; Shift + click any"],
  ["e", "the evidence for the chosen class"],
  ["g", "over the photo, the pixels that raise the cell that is pointed at", "attribute"],
  ["h", "hold what is chosen, to compare it with what comes next; or let it go"],
  ["k", "the layer's maps, or its kernels"],
  ["z", "the chosen map large, over all of them"],
  ["=", "the arithmetic of the chosen cell; in it, Backspace steps back"],
  [
    "Ctrl + Z",
    "while a photo is edited: a stroke back; with Shift: again. [ ] size the brush; arrows move a rectangle",
  ],
  [
    "Ctrl + wheel",
    "on the photo: closer to it; double click: all of it. + − and arrows where the focus is on its buttons",
  ],
  ["Fingers", "a tap chooses, a long press opens the arithmetic; two fingers on the photo look closer"],
  ["?", "these keys"],
  ["Esc", "a step back"],
];

interface Props {
  /** The page, whose keys they are. */
  root: HTMLElement;
  /** The page of keys: whoever has it opens it. */
  sheet: RefObject<HTMLDialogElement | null>;
  /** What the page does that is not the store's. */
  around: Omit<Around, "help"> & { tour: () => void };
}

/** The keyboard of the explorer, and its page of keys. */
export function Keys({ root, sheet, around }: Props) {
  const store = useStore();
  useEffect(() => {
    const press = listening(store, { ...around, help: () => sheet.current });
    root.addEventListener("keydown", press);
    return () => {
      root.removeEventListener("keydown", press);
      sheet.current?.close();
    };
  }, []);
  const walk = () => {
    sheet.current?.close();
    around.tour();
  };
  return (
    <dialog ref={sheet} class="sqv-help" aria-label="Keys">
      <h2>Keys</h2>
      <dl>
        {KEYS.filter(([, , ability]) => !ability || store.networks.can(ability)).map(([key, what]) => (
          <Fragment key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </Fragment>
        ))}
      </dl>
      <div class="sqv-tour-steps">
        <button class="sqv-button" type="button" onClick={walk}>
          Take the tour
        </button>
        <button class="sqv-button" type="button" onClick={() => sheet.current?.close()}>
          Close
        </button>
      </div>
    </dialog>
  );
}

function listening(store: Store, around: Around): (event: KeyboardEvent) => void {
  const actions = actionsOf(store, around);
  return (event) => {
    if (isOwn(event, store) && !stops(event, store)) return;
    const action = actions[event.key];
    if (!action || !store.photos.photo()) return;
    event.preventDefault();
    event.stopPropagation();
    action(event);
  };
}

/** Escape ends what is under way from where that was chosen, too. */
function stops({ key, target }: KeyboardEvent, store: Store): boolean {
  return (
    key === "Escape" && (target as HTMLElement).closest("select, input[type=checkbox]") !== null && store.isStoppable()
  );
}

import { useRef } from "preact/hooks";
import { useStore } from "../../ui/store.ts";
import { type Next, useFocus } from "./focus.ts";

/** Begins the editing of the photo on the stage. */
export function EditButton({ next }: { next: Next }) {
  const store = useStore();
  const own = useRef<HTMLButtonElement>(null);
  const status = store.later()?.moving.edit.status();
  const isHidden = !store.networks.can("edit") || !store.photos.photo() || status === "on" || store.isSilent();
  useFocus(next, "button", own, !isHidden);
  const begin = () => {
    const photo = store.photos.photo();
    if (!photo || status === "starting") return;
    next.current = "photo"; // who has begun it goes on from there
    store.traits.set({ view: "original" });
    store.use("Edit", ({ moving }) => moving.edit.begin(photo));
  };
  return (
    <button
      ref={own}
      class="sqv-button sqv-edit-button"
      type="button"
      title="Paint over, blur or cut parts of the photo, and see the answer move"
      hidden={isHidden}
      aria-disabled={status === "starting"}
      onClick={begin}
    >
      Edit
    </button>
  );
}

import { useCalm } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";

/** Opens the evidence; without a kernel, what would change its mind. */
export function WhyButton() {
  const { photos, networks, selection, traits } = useStore();
  const own = useCalm(() => (photos.photo() ? networks.label(selection.classIndex()).label : null));
  const is = traits.get("explaining");
  const isWhy = networks.can("why");
  const [open, close] = isWhy
    ? [`Why ${own}?`, "Close the evidence"]
    : ["What would change its mind?", "Close what would change its mind"];
  return (
    <button
      class="sqv-button sqv-why-button"
      type="button"
      title={isWhy ? "Where the network saw it, and which channels said so (e)" : "Hide patches, ablate channels (e)"}
      aria-expanded={is}
      hidden={own === null || !(isWhy || networks.can("what-if"))}
      onClick={() => traits.set({ explaining: !is })}
    >
      {is ? close : `${open} ↓`}
    </button>
  );
}

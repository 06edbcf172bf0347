import { useCalm } from "../../ui/hooks.ts";
import { useStore } from "../../ui/store.ts";

/** What is chosen can be held, to be compared with what is chosen next: another photo, layer, channel or class. */
export function HoldButton() {
  const store = useStore();
  const held = useCalm(() => store.selection.held());
  const name = held?.photo.name ?? "";
  return (
    <section
      class="sqv-block sqv-spread sqv-hold"
      title="Hold the photo, layer, channel and class of now, and compare them with what you choose next (h)"
    >
      <h2>Compare</h2>
      <span class="sqv-quiet sqv-clip" title={name}>
        {name}
      </span>
      <button
        class="sqv-button"
        type="button"
        aria-pressed={held !== null}
        onClick={() => (held ? store.selection.letGo() : store.hold())}
      >
        {held ? "Let go" : "Hold this"}
      </button>
    </section>
  );
}

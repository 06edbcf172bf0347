import { useStore } from "../../ui/store.ts";

/** Opens what is known of the model, to be said otherwise. */
export function FeedingButton() {
  const { feeding, networks } = useStore();
  const isOpen = feeding.isOpen();
  return (
    <button
      class="sqv-button sqv-small sqv-feeding-button"
      type="button"
      title="Name its classes; say what its photos go through"
      aria-expanded={isOpen}
      hidden={!networks.plain()?.said || !networks.can("tell")}
      onClick={() => feeding.show(!isOpen)}
    >
      Labels and preprocessing
    </button>
  );
}

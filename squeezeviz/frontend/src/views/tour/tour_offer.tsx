import { useStore } from "../../ui/store.ts";
import type { Walk } from "./walk.ts";

/** A line that offers the tour to who has not been here. */
export function TourOffer({ walk }: { walk: Walk }) {
  const { photos } = useStore();
  return (
    <section class="sqv-tour-offer" aria-label="Tour" hidden={walk.isSeen() || !photos.photo() || walk.at() >= 0}>
      <span>
        <b>New here?</b> A minute's walk round the page.
      </span>
      <button class="sqv-button" type="button" onClick={() => walk.start()}>
        Take the tour
      </button>
      <button class="sqv-button" type="button" onClick={() => walk.end()}>
        No, thanks
      </button>
    </section>
  );
}

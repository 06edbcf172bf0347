import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../ui/Icon.tsx";
import { useStore } from "../../ui/store.ts";
import { toPage } from "./focus.ts";
import { Keeping } from "./keeping.tsx";
import { LabelsPart } from "./labels.tsx";
import { PreprocessingPart } from "./preprocessing.tsx";

/** What is known of the model's classes and its preprocessing, who says so, and how to say it otherwise. */
export function FeedingPanel() {
  const { feeding, networks } = useStore();
  const network = networks.plain();
  const isShown = feeding.isOpen() && Boolean(network?.said);
  const head = useRef<HTMLHeadingElement>(null);
  const close = () => {
    feeding.show(false);
    toPage(head.current);
  };
  useEffect(() => {
    if (isShown) head.current?.focus({ preventScroll: true });
  }, [isShown]);
  return (
    <section
      class="sqv-feeding"
      aria-label="Labels and preprocessing of the model"
      hidden={!isShown}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      }}
    >
      <header class="sqv-spread">
        <h2 ref={head} tabIndex={-1}>{`Labels and preprocessing of ${network?.name}`}</h2>
        <button class="sqv-close" type="button" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {isShown && network?.said && (
        <>
          <div class="sqv-feeding-parts">
            <LabelsPart network={network} said={network.said} />
            <PreprocessingPart network={network} said={network.said} />
          </div>
          <Keeping />
        </>
      )}
    </section>
  );
}

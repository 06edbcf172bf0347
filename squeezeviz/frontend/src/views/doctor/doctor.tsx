import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Folder } from "../../store/doctor.ts";
import { Icon } from "../../ui/Icon.tsx";
import { bringIntoSight } from "../../ui/motion.ts";
import { RadioGroup } from "../../ui/RadioGroup.tsx";
import { useLater, useStore } from "../../ui/store.ts";
import { toPage } from "../feeding/focus.ts";
import { Findings } from "./findings.tsx";
import { FolderFields } from "./folder.tsx";
import { RunButton } from "./run_button.tsx";
import { Truths } from "./truths.tsx";

type Where = "page" | "folder";
const WHERE = [
  { value: "page", text: "photos of this page" },
  { value: "folder", text: "a folder", title: "On the machine that the kernel runs on" },
] as const;

/** Which preprocessing a model expects, found out on photos: what people really use is tried and ranked. */
export function Doctor() {
  const { networks } = useStore();
  const { doctor } = useLater();
  const element = useRef<HTMLElement>(null);
  const close = () => {
    doctor.show(false);
    toPage(element.current);
  };
  const isShown = doctor.isOpen() && networks.can("diagnose");
  useEffect(() => {
    if (!isShown) return;
    bringIntoSight(() => element.current, "start");
    element.current?.focus({ preventScroll: true });
  }, [isShown]);
  return (
    <section
      ref={element}
      class="sqv-doctor"
      tabIndex={-1}
      aria-label="Preprocessing doctor"
      hidden={!isShown}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        const isTyped = event.target instanceof HTMLInputElement; // there it closes what is offered
        if (!doctor.stop() && !isTyped) close();
      }}
    >
      {isShown && <Open close={close} />}
    </section>
  );
}

function Open({ close }: { close: () => void }) {
  const { networks } = useStore();
  const { doctor } = useLater();
  const where = useSignal<Where>("page");
  const folder = useSignal<Folder>({ folder: "", labels: "" });
  const examined = doctor.last();
  return (
    <>
      <header class="sqv-spread">
        <h2>{`Which preprocessing does ${networks.plain()?.name ?? "the model"} expect?`}</h2>
        <button class="sqv-close" type="button" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <p class="sqv-quiet">
        Some 140 ways in which people really preprocess photos are tried, and ranked by how many photos are then named
        right. Some dozens of photos whose class is known tell channel orders and value ranges apart.
      </p>
      <RadioGroup
        label="Photos to try it on"
        options={WHERE}
        value={where.value}
        choose={(value) => {
          where.value = value;
        }}
        class="sqv-doctor-where"
        isHidden={!networks.can("folders")}
      />
      {where.value === "page" ? <Truths /> : <FolderFields value={folder} />}
      <RunButton where={where.value === "page" ? null : folder.value} />
      {examined?.found && <Findings found={examined.found} />}
    </>
  );
}

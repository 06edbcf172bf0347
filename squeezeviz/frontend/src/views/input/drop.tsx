import { useSignal } from "@preact/signals";
import { useLayoutEffect } from "preact/hooks";
import { useStore } from "../../ui/store.ts";

const filesOf = (transfer: DataTransfer | null): File[] => [...(transfer?.files ?? [])];

/** Drag and drop and paste, on a whole page; what is seen of it is the veil that invites while a file hangs over the page. */
export function DropTarget({ root }: { root: HTMLElement }) {
  const store = useStore();
  const isOver = useSignal(false);
  useLayoutEffect(() => {
    const listeners = new AbortController();
    const options = { signal: listeners.signal };
    const take = (event: Event) => {
      event.preventDefault();
      event.stopPropagation(); // JupyterLab would open a dropped file in a tab of its own
    };
    const carriesFiles = ({ dataTransfer }: DragEvent) =>
      store.networks.can("upload") && Boolean(dataTransfer?.types.includes("Files"));
    const drag = (event: DragEvent, isHere: boolean) => {
      if (!carriesFiles(event)) return;
      take(event);
      isOver.value = isHere;
      if (!isHere) void store.upload(filesOf(event.dataTransfer));
    };
    root.addEventListener("dragover", (event) => drag(event, true), options);
    root.addEventListener("drop", (event) => drag(event, false), options);
    const leave = ({ relatedTarget }: DragEvent) => {
      if (!root.contains(relatedTarget as Node | null)) isOver.value = false;
    };
    root.addEventListener("dragleave", leave, options);
    const paste = (event: ClipboardEvent) => {
      const files = filesOf(event.clipboardData);
      if (!files.length || !store.networks.can("upload")) return;
      take(event);
      void store.upload(files);
    };
    root.addEventListener("paste", paste, options);
    return () => listeners.abort();
  }, [root, store, isOver]);
  return (
    <div class="sqv-veil" hidden={!isOver.value}>
      <span>
        {store.networks.can("open-model")
          ? "Drop photos to see what the network says, or a model (.onnx)"
          : "Drop to see what the network says"}
      </span>
    </div>
  );
}

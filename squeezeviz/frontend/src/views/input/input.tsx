import { useRef } from "preact/hooks";
import { Icon } from "../../ui/Icon.tsx";
import { useStore } from "../../ui/store.ts";
import { CameraButton } from "../camera/camera_button.tsx";
import { columnsOf, offered, spoken } from "./layout.ts";

// The endings as well: some systems don't know what kinds of file these are.
const ACCEPTED = "image/*,.heic,.heif,.hif,.avif";

/** The ways in: a button for photos, the camera and the samples. */
export function PhotoInput() {
  const store = useStore();
  const file = useRef<HTMLInputElement>(null);
  return (
    <div class="sqv-input" hidden={!store.networks.can("upload")}>
      <div class="sqv-ways">
        <span class="sqv-buttons">
          <button class="sqv-button sqv-primary" type="button" onClick={() => file.current?.click()}>
            <Icon name="upload" />
            Choose photos
          </button>
          <CameraButton />
        </span>
        <span class="sqv-quiet">or drop them anywhere here, or paste one</span>
      </div>
      <Samples />
      <input
        ref={file}
        type="file"
        multiple
        accept={ACCEPTED}
        class="sqv-file"
        tabIndex={-1}
        aria-hidden="true"
        onChange={({ currentTarget: input }) => {
          void store.upload([...(input.files ?? [])]);
          input.value = ""; // so that the same file can be chosen again
        }}
      />
    </div>
  );
}

function Samples() {
  const { networks, photos } = useStore();
  const samples = offered(networks.setting().samples, Boolean(networks.network()?.is_drawn));
  // While the page is empty they stand in its middle: as rows of one length.
  const style = { "--columns": columnsOf(samples.length) };
  return (
    <div class="sqv-samples" role="group" aria-label="Samples" style={style}>
      {samples.map(({ name, title, credit, picture }) => (
        <button
          key={name}
          class="sqv-sample"
          type="button"
          title={`${title}. ${credit}`}
          onClick={() => photos.sample(name)}
        >
          <img src={picture} alt="" width={56} height={56} />
          <span>{spoken(name)}</span>
        </button>
      ))}
    </div>
  );
}

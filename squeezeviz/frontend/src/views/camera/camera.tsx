import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../../ui/Icon.tsx";
import { useStore } from "../../ui/store.ts";

/** The camera's button among the ways in: on and off. */
export function CameraButton() {
  const { camera } = useStore().moving;
  const status = camera.status();
  const isOff = status === "off";
  return (
    <button
      class="sqv-button sqv-camera"
      type="button"
      title={isOff ? "Show the network what your camera sees, live" : "Stop the camera"}
      aria-pressed={!isOff}
      onClick={() => (isOff ? void camera.start() : camera.stop())}
    >
      <Icon name="camera" />
      <span>{status === "starting" ? "Waiting for the camera…" : "Camera"}</span>
    </button>
  );
}

const RATE =
  "Frames a second that have gone through the whole network and are drawn. Where that is too much, the chosen " +
  "layer's maps follow every other frame. Maps come in steps of 1/255 of each channel's maximum; those of a frozen " +
  "frame are exact.";

/** What can be done while the camera is on, and how many frames a second are answered and shown. */
export function LiveBar() {
  const { camera } = useStore().moving;
  const bar = useRef<HTMLDivElement>(null);
  const before = useRef(camera.status());
  const status = camera.status();
  const { rate, count, maps } = camera.measured();
  const isLive = status === "live";
  useLayoutEffect(() => {
    // The button may stand far below the stage.
    if (before.current === "starting" && isLive) bar.current?.parentElement?.scrollIntoView({ block: "nearest" });
    before.current = status;
  }, [status, isLive]);
  return (
    <div
      ref={bar}
      class={isLive ? "sqv-live-bar" : "sqv-live-bar sqv-resting"}
      role="group"
      aria-label="Camera"
      hidden={status === "off" || status === "starting"}
      data-frames={count}
      data-maps={maps}
    >
      <i class="sqv-live-dot" aria-hidden="true" />
      <b>{isLive ? "Live" : "Camera rests"}</b>
      <span class="sqv-quiet sqv-rate" title={RATE}>
        {isLive && rate ? `${rate.toFixed(0)} frames/s` : ""}
      </span>
      {/* One button, so that who has pressed it goes on from it. */}
      <button
        class="sqv-button sqv-primary"
        type="button"
        title={isLive ? "Keep the very frame on show as a photo" : "Back to what the camera sees now"}
        onClick={() => (isLive ? camera.freeze() : camera.resume())}
      >
        {isLive ? "Freeze" : "Go on"}
      </button>
      <button class="sqv-button" type="button" title="Turn the camera off" onClick={() => camera.stop()}>
        Stop
      </button>
      <SlowNote />
    </div>
  );
}

/** Said where frames are slower than they could be. */
export function SlowNote() {
  const note = useStore().moving.note();
  return (
    <p class="sqv-quiet" role="note" hidden={!note}>
      {note}
    </p>
  );
}

import { useLayoutEffect, useRef } from "preact/hooks";
import { useLater } from "../../ui/store.ts";

const RATE =
  "Frames a second that have gone through the whole network and are drawn. Where that is too much, the chosen " +
  "layer's maps follow every other frame. Maps come in steps of 1/255 of each channel's maximum; those of a frozen " +
  "frame are exact.";

/** What can be done while the camera is on, and how many frames a second are answered and shown. */
export function LiveBar() {
  const { camera } = useLater().moving;
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
  const note = useLater().moving.note();
  return (
    <p class="sqv-quiet" role="note" hidden={!note}>
      {note}
    </p>
  );
}

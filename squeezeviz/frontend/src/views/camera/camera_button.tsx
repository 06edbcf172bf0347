import { Icon } from "../../ui/Icon.tsx";
import { useStore } from "../../ui/store.ts";

/** The camera's button among the ways in: on and off. */
export function CameraButton() {
  const store = useStore();
  const status = store.later()?.moving.camera.status() ?? "off";
  const isOff = status === "off";
  return (
    <button
      class="sqv-button sqv-camera"
      type="button"
      title={isOff ? "Show the network what your camera sees, live" : "Stop the camera"}
      aria-pressed={!isOff}
      onClick={() => store.use("camera", ({ moving: { camera } }) => (isOff ? void camera.start() : camera.stop()))}
    >
      <Icon name="camera" />
      <span>{status === "starting" ? "Waiting for the camera…" : "Camera"}</span>
    </button>
  );
}

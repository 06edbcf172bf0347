import { el, icon } from "../dom.js";

/** @import { View } from "../store/types.ts" */

/**
 * The camera's button among the ways in: on and off.
 * @param {import("../store/flat.ts").Store} store
 * @returns {View}
 */
export function cameraButton(store) {
  const { camera } = store;
  const words = el("span");
  const button = el(
    "button",
    { class: "sqv-button sqv-camera", type: "button", onclick: () => (camera.status() === "off" ? void camera.start() : camera.stop()) },
    icon("camera"),
    words,
  );
  const draw = () => {
    const status = camera.status();
    words.textContent = status === "starting" ? "Waiting for the camera…" : "Camera";
    button.title = status === "off" ? "Show the network what your camera sees, live" : "Stop the camera";
    button.setAttribute("aria-pressed", String(status !== "off"));
  };
  draw();
  return { element: button, close: store.on(["camera"], draw) };
}

/**
 * What can be done while the camera is on, and how many frames a second are answered and shown.
 * @param {import("../store/flat.ts").Store} store
 * @returns {View}
 */
export function liveBar(store) {
  const { camera } = store;
  const said = el("b");
  const rate = el("span", { class: "sqv-quiet sqv-rate", title: "Frames a second that have gone through the whole network and are drawn. Where that is too much, the chosen layer's maps follow every other frame. Maps come in steps of 1/255 of each channel's maximum; those of a frozen frame are exact." });
  const freeze = el("button", { class: "sqv-button sqv-primary", type: "button", title: "Keep the very frame on show as a photo", text: "Freeze", onclick: () => camera.freeze() });
  const resume = el("button", { class: "sqv-button sqv-primary", type: "button", title: "Back to what the camera sees now", text: "Go on", onclick: () => camera.resume() });
  const stop = el("button", { class: "sqv-button", type: "button", title: "Turn the camera off", text: "Stop", onclick: () => camera.stop() });
  const element = el("div", { class: "sqv-live-bar", role: "group", "aria-label": "Camera" }, el("i", { class: "sqv-live-dot", "aria-hidden": "true" }), said, rate, freeze, resume, stop);

  let before = camera.status();
  const draw = () => {
    const status = camera.status();
    // The button may stand far below the stage.
    if (before === "starting" && status === "live") element.closest(".sqv-photo")?.scrollIntoView({ block: "nearest" });
    before = status;
    const isLive = status === "live";
    const focused = document.activeElement;
    element.hidden = status === "off" || status === "starting";
    element.classList.toggle("sqv-resting", !isLive);
    said.textContent = isLive ? "Live" : "Camera rests";
    rate.textContent = isLive && camera.rate() ? `${camera.rate().toFixed(0)} frames/s` : "";
    freeze.hidden = !isLive;
    resume.hidden = isLive;
    element.dataset["frames"] = String(camera.count());
    element.dataset["maps"] = String(camera.maps());
    // Who has just pressed one goes on from the other.
    if (focused === freeze && freeze.hidden) resume.focus();
    if (focused === resume && resume.hidden) freeze.focus();
  };
  draw();
  return { element, close: store.on(["camera"], draw) };
}

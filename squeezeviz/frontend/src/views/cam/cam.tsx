import { useComputed } from "@preact/signals";
import { useStore } from "../../ui/store.ts";

/** Whether the chosen class's own map lies over the photo. */
export function CamSwitch() {
  const { networks, photos, selection, traits } = useStore();
  const label = useComputed(() => (photos.photo() ? networks.label(selection.classIndex()).label : ""));
  const isOn = traits.get("cam");
  const missing = networks.plain()?.no_class_maps;
  if (missing)
    return (
      <section class="sqv-block" aria-label="Class activation map">
        <h2>Class activation map</h2>
        <p class="sqv-quiet sqv-no-cam">{`None: ${missing}.`}</p>
      </section>
    );
  return (
    <section
      class="sqv-block sqv-spread"
      title="The map whose mean is the class's logit (m)"
      hidden={networks.cams() === null}
    >
      <h2>Class activation map</h2>
      <span class="sqv-quiet sqv-clip">{label}</span>
      <button
        class="sqv-switch"
        type="button"
        role="switch"
        aria-label="Class activation map over the photo"
        aria-checked={isOn}
        onClick={() => traits.set({ cam: !isOn })}
      />
    </section>
  );
}

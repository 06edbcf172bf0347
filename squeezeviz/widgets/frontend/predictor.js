import { el, percent } from "./dom.js";
import { modelView } from "./model_view.js";
import { photoInput } from "./photo_input.js";
import { photoView } from "./photo_view.js";
import { strip } from "./strip.js";
import { topClasses } from "./top_classes.js";
import { connect } from "./wire.js";

/** @import { Photo, Ready, Setting } from "./types.js" */

const MARK =
  '<svg viewBox="0 0 20 16" width="20" height="16" aria-hidden="true"><g fill="currentColor"><rect x="0" y="6" width="3" height="4"/>' +
  '<rect x="6" y="3" width="3" height="10"/><rect x="11" y="5" width="3" height="6"/></g><rect class="sqv-ember" x="16" y="1" width="3.5" height="14"/></svg>';

/**
 * Photo in, top 5 out: the views below, tied to one model in the kernel.
 *
 * @param {{model: import("./wire.js").Model, el: HTMLElement}} context
 */
function render({ model, el: host }) {
  // Focusable by a click, so that what is pasted next comes here.
  const root = el("div", { class: "sqv sqv-empty", tabindex: "-1" });
  // JupyterLab catches keys before the page does, and "a" or "d d" would add or delete cells. This attribute, on the very
  // element that has the focus, tells it to leave the keys alone.
  root.addEventListener("focusin", (event) => {
    if (event.target instanceof Element) event.target.setAttribute("data-lm-suppress-shortcuts", "true");
  });
  const status = el("div", { class: "sqv-visually-hidden", role: "status", "aria-live": "polite" });
  const times = el("span", { class: "sqv-quiet sqv-times" });
  const silence = el("div", { class: "sqv-notice", role: "alert", hidden: true });
  silence.textContent = "The kernel does not answer: it is busy, or was restarted. What is here stays; to go on, run the cell again.";
  const presets = /** @type {HTMLSelectElement} */ (el("select", { class: "sqv-select", "aria-label": "Preprocessing" }));
  const progress = el("div", { class: "sqv-progress", hidden: true, "aria-hidden": "true" });

  const invitation = el("h2", { text: "Begin with a photo" });
  const knowledge = el("p", { class: "sqv-quiet", text: "SqueezeNet 1.1 names what is in it." });

  let limit = Infinity;
  /** @type {Setting["samples"]} */
  let samples = [];
  let isSilent = false;
  /** @type {Set<string>} */
  const busy = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let progressTimer;

  const view = photoView();
  const classes = topClasses();
  const photos = strip({ choose: (id) => wire.set("chosen", id), forget: (id) => wire.forget(id) });

  const wire = connect(model, {
    setting: (setting) => apply(setting),
    working: (id, name) => {
      busy.add(id);
      photos.working(id, name);
      refresh();
    },
    model: (ready) => answered(ready),
    photo: (photo) => {
      busy.delete(photo.id);
      photos.show(photo);
      if (model.get("chosen") === photo.id) show(photo);
      refresh();
    },
    failed: (failure) => {
      busy.delete(failure.id);
      photos.failed(failure);
      refresh();
    },
    forgotten: (id) => {
      const next = photos.forget(id);
      if (model.get("chosen") === id) wire.set("chosen", next);
      refresh();
    },
    silent: (is) => {
      silence.hidden = !is;
      isSilent = is;
      photos.silent(is);
      refresh();
    },
  });

  const models = modelView({
    choose: (name) => {
      for (const id of photos.ids()) busy.add(id);
      wire.use(name);
      refresh();
    },
  });
  const input = photoInput(root, {
    files: (files) => void files.reduce((before, file) => before.then(() => wire.upload(file, limit)), Promise.resolve()),
    sample: (name) => wire.sample(name),
  });

  /** @param {Setting} setting */
  function apply(setting) {
    limit = setting.limit_bytes;
    models.offer(setting.models);
    presets.replaceChildren(...setting.presets.map(({ name, origin }) => el("option", { value: name, title: origin, text: name })));
    presets.value = model.get("preset");
    samples = setting.samples;
    input.offer(samples.filter((sample) => !sample.is_drawn));
  }

  /** @param {Ready} ready */
  function answered(ready) {
    models.show(ready);
    if (ready.error) busy.clear();
    refresh();
    if (!ready.name) return;
    classes.among(ready.world);
    invitation.textContent = ready.is_drawn ? "Begin with a drawing" : "Begin with a photo";
    knowledge.textContent = `${ready.name} knows ${ready.world}, and answers in a few thousandths of a second.`;
    const photographs = samples.filter((sample) => !sample.is_drawn);
    // A model of drawings is offered two photos all the same: being confidently wrong is a lesson too.
    input.offer(ready.is_drawn ? [...samples.filter((sample) => sample.is_drawn), ...photographs.slice(0, 2)] : photographs);
  }

  /** @param {Photo} photo */
  function show(photo) {
    view.show(photo);
    classes.show(photo);
    photos.choose(photo.id);
    const { decode, prepare, run } = photo.times;
    times.textContent = `decode ${decode.toFixed(1)} · prepare ${prepare.toFixed(1)} · run ${run.toFixed(1)} ms`;
    const best = photo.top[0];
    if (best) status.textContent = `${photo.name}: ${best.label}, ${percent(best.probability)}`;
  }

  function refresh() {
    root.classList.toggle("sqv-empty", !photos.size);
    if (!busy.size || isSilent) {
      clearTimeout(progressTimer);
      progressTimer = undefined;
      progress.hidden = true;
    } else if (progressTimer === undefined) {
      progressTimer = setTimeout(() => (progress.hidden = false), 200);
    }
  }

  const onChosen = () => {
    const photo = photos.photo(model.get("chosen"));
    if (photo) show(photo);
  };
  const onPreset = () => {
    presets.value = model.get("preset");
    for (const id of photos.ids()) busy.add(id);
    wire.expect(photos.ids());
    refresh();
  };
  model.on("change:chosen", onChosen);
  model.on("change:preset", onPreset);
  presets.addEventListener("change", () => wire.set("preset", presets.value));

  const mark = el("span", { class: "sqv-mark" });
  mark.innerHTML = MARK;
  root.append(
    el(
      "header",
      { class: "sqv-bar" },
      mark,
      el("strong", { text: "squeezeviz" }),
      models.picker,
      el("label", { class: "sqv-preset" }, el("span", { class: "sqv-quiet", text: "prepared by" }), presets),
      times,
    ),
    progress,
    models.element,
    silence,
    el(
      "div",
      { class: "sqv-hero" },
      invitation,
      knowledge,
    ),
    el("div", { class: "sqv-main" }, view.element, classes.element),
    photos.element,
    input.element,
    status,
  );
  host.append(root);
  wire.ready();

  return () => {
    clearTimeout(progressTimer);
    model.off("change:chosen", onChosen);
    model.off("change:preset", onPreset);
    input.close();
    wire.close();
    root.remove();
  };
}

export default { render };

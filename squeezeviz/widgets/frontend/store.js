/**
 * What every view on the page reads and writes: the state's traits, what the kernel has answered, and what is pointed at.
 * Views don't know where it comes from: the same interface may stand on a kernel, or on tensors frozen in a file.
 */
import { createAcross } from "./across.js";
import { createAnswers } from "./answers.js";
import { createCamera } from "./camera.js";
import { createEdit } from "./edit.js";
import { createFiles } from "./files.js";
import { layerNamed } from "./network.js";
import { createWhatIf } from "./what_if.js";
import { bytesOf, connect, floatsOf, tensorKey } from "./wire.js";

/** @import { CalculationMessage, DistanceMessage, EvidenceMessage, PerLocationMessage, ReceptiveFieldMessage, Trait, WeightsMessage } from "./protocol.js" */
/** @import { Cleanup, Compared, Evidence, Failure, How, Kernels, Label, Layer, Calculation, LocationPredictions, Network, Photo, Point, Setting, ReceptiveFieldContributions, Step, Tensor, Variant, Weights } from "./types.js" */

/**
 * @typedef {"setting" | "network" | "photos" | "photo" | "tensor" | "selection" | "hover" | "class" | "look" | "variants" |
 *   "failures" | "silent" | "times" | "compared" | "inside" | "why" | "what-if" | "ablated" | "files" | "camera" | "edit" | "stroke"} Topic
 * @typedef {{id: string, name: string, photo: Photo | null}} Entry A photo on the page; null while it is at work.
 */

const TENSORS_BYTES = 96e6;
const MOST_COMPARED = 64;
const LAG_MS = 1000; // how old a layer that is not the chosen one may be while the camera's frames come
const OTHERS_EVERY_MS = 2000; // how often the camera's frames are also shown otherwise preprocessed: each takes several runs
const NEXT_MS = 15; // still nothing: the next of these
const QUIET_MS = 120; // nothing has been asked for or arrived: time for what may be asked for next
/** @type {Record<Trait, Topic>} */
const TOPIC_OF = {
  photo: "photo",
  preset: "setting",
  layer: "selection",
  channel: "selection",
  cell: "selection",
  class_index: "class",
  pinned: "class",
  cam: "class",
  sort: "look",
  scale: "look",
  palette: "look",
  view: "look",
  compared: "compared",
  against: "compared",
  comparing: "compared",
  tuned: "compared",
  opened: "inside",
  held: "inside",
  explaining: "why",
  ablated: "ablated",
  ablation_fill: "ablated",
  contrast_class: "why",
  kernels: "look",
};
export const YOURS = "yours";

/** @param {import("./wire.js").Model} model The state's. */
export function createStore(model) {
  /** @type {Set<{topics: Topic[], listener: () => void}>} in the order in which they came: what draws on what another makes comes after it */
  const listeners = new Set();
  /** @type {Set<Topic>} */
  const changed = new Set();
  let isScheduled = false;

  /** @type {Setting} */
  let setting = { presets: [], models: [], samples: [], limit_bytes: Infinity };
  /** @type {Network | null} */
  let network = null;
  /** @type {Map<string, Network>} every model that has answered, so that an answer keeps its own labels */
  const networks = new Map();
  /** @type {Map<string, Entry>} */
  const photos = new Map();
  /** @type {Map<string, Photo>} answers with nothing ablated */
  const untouched = new Map();
  /** @type {Map<string, Tensor>} */
  const tensors = new Map();
  /** @type {Set<string>} */
  const asked = new Set();
  /** @type {Failure[]} */
  let failures = [];
  /** @type {Map<string, Variant[]>} */
  const variants = new Map();
  /** @type {Map<string, Compared>} by photo, model, preprocessing in use, and the other preprocessing */
  const compared = new Map();
  /** @type {Map<string, Kernels>} by the same */
  const kernels = new Map();
  /** @type {Map<string, string>} why there is none, by the same */
  const problems = new Map();
  /** @type {Map<string, {kind: "variant" | "kernels", key: string, preset: string}>} requests under way */
  const others = new Map();
  /** @type {Map<string, Compared>} the last known of a preset, shown until the next is there */
  const lastCompared = new Map();
  /** @type {{of: Layer[], network: Network} | null} the network with the maps' sizes of a photo preprocessed to another size */
  let resized = null;
  /** @type {Tensor | null} */
  let lastTensor = null;
  /** @type {Photo | null} */
  let lastPhoto = null;
  /** @type {Point | null} */
  let hover = null;
  /** @type {{key: string, id: string} | null} a tensor asked for before anybody needs it */
  let ahead = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let quiet;
  let isSilent = false;
  let isChoosing = false;
  /** @type {Set<string>} photos that are being answered anew */
  const again = new Set();
  const times = { transfer: 0, draw: 0 };

  /** @param {Topic[]} topics */
  const emit = (...topics) => {
    for (const topic of topics) changed.add(topic);
    if (isScheduled) return;
    isScheduled = true;
    requestAnimationFrame(() => {
      isScheduled = false;
      const due = new Set([...listeners].filter(({ topics }) => topics.some((topic) => changed.has(topic))).map(({ listener }) => listener));
      changed.clear();
      for (const listener of due) listener();
    });
  };

  const answers = createAnswers({
    ask: (kind, content) => wire.ask(kind, content),
    isSilent: () => isSilent,
    changed: () => emit("inside", "why"),
  });
  const whatIf = createWhatIf({
    begin: (content) => wire.ask("begin", { name: store.photo()?.name ?? "", ...content }),
    stop: (id) => wire.stop(id),
    // Asked of the whole network: what is ablated on the page changes nothing of it.
    shown: () => {
      const photo = store.photo();
      return photo && !photo.isLive && !isSilent ? { basis: basisOf(photo.untouched ?? photo), photo: photo.id, class_index: store.classIndex() } : null;
    },
    changed: () => emit("what-if"),
  });
  const files = createFiles({ ask: (kind, content) => wire.ask(kind, content), changed: () => emit("files") });
  /** @type {WeakMap<Photo, number>} an answer to a photo, once it is another one, is another answer */
  const serials = new WeakMap();
  let serial = 0;

  const wire = connect(model, {
    setting: (offered) => {
      setting = offered;
      emit("setting");
    },
    network: (answering) => {
      isChoosing = false;
      if (answering.error) again.clear();
      // Of the channels of another model. The kernel says so too, but what was ablated a moment ago may reach it later.
      const isAnother = network?.name && answering.name && network.name !== answering.name;
      if (isAnother && Object.keys(store.ablated()).length) store.restoreAll();
      // A model that could not be had leaves the one before.
      network = answering.name || !network ? answering : { ...network, error: answering.error };
      if (answering.name) networks.set(answering.name, answering);
      emit("network", "selection", "class");
    },
    renewed: (photo, name, preset) => forgetTensors(tensorKey(photo, name, preset, "")),
    photo: (photo) => {
      again.delete(photo.id);
      if (edit.isOf(photo.id)) return edit.renew(); // it is shown with its answer, as painted
      const answer = `${photo.id} ${photo.model} ${photo.preset}`;
      if (Object.keys(store.ablated()).length) photo.untouched = untouched.get(answer);
      else if (photo.preset !== YOURS) untouched.set(answer, photo);
      photos.set(photo.id, { id: photo.id, name: photo.name, photo });
      variants.delete(photo.id);
      for (const key of problems.keys()) if (key.startsWith(photo.id)) problems.delete(key);
      emit("photos", "times", "compared");
      if (model.get("photo") === photo.id) emit("photo", "class", "variants");
      edit.kept(photo.id);
    },
    tensor: (tensor) => {
      const isAwaited = asked.delete(tensor.key) || tensor.layer === model.get("layer");
      const wasAhead = ahead?.key === tensor.key;
      if (wasAhead) ahead = null;
      tensors.set(tensor.key, tensor);
      if (isDrawnAnew(tensor.key.split("\n")[0] ?? "")) broughtAt.set(tensor.key, performance.now());
      let bytes = [...tensors.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
      for (const [key, { values }] of tensors) {
        if (bytes < TENSORS_BYTES) break;
        tensors.delete(key);
        bytes -= values.byteLength;
      }
      if (isAwaited) emit("tensor");
      fetchAhead(wasAhead && !isAwaited ? NEXT_MS : QUIET_MS);
    },
    variants: (photo, rows) => {
      asked.delete(photo);
      variants.set(photo, rows);
      emit("variants");
      fetchAhead(QUIET_MS);
    },
    frame: (request, answer) => {
      camera.answered(request, answer);
      edit.answered(request, answer);
    },
    compared: (request, answer) => {
      const asked = others.get(request);
      others.delete(request);
      if (!asked) return;
      compared.set(asked.key, answer);
      lastCompared.set(asked.preset, answer);
      for (const key of [...compared.keys()].slice(0, -MOST_COMPARED)) compared.delete(key);
      emit("compared");
    },
    kernels: (request, answer) => {
      const asked = others.get(request);
      others.delete(request);
      if (!asked) return;
      kernels.set(asked.key, answer);
      for (const key of [...kernels.keys()].slice(0, -MOST_COMPARED)) kernels.delete(key);
      emit("compared");
    },
    answered: (message) => void (files.receive(message) || edit.receive(message) || answers.receive(message)),
    progress: (message) => whatIf.receive(message),
    working: (id, name) => {
      if (!photos.has(id)) photos.set(id, { id, name, photo: null });
      emit("photos");
    },
    failed: (failure) => {
      if (answers.fail(failure) || files.fail(failure) || whatIf.fail(failure)) return;
      const other = others.get(failure.id);
      if (other) {
        others.delete(failure.id);
        problems.set(other.key, failure.message);
        emit("compared");
        return;
      }
      if (camera.refused(failure.id, failure.message) || edit.refused(failure.id, failure.message)) return;
      if (photos.get(failure.id)?.photo === null) photos.delete(failure.id);
      again.delete(failure.id);
      failures = [...failures, failure];
      emit("photos", "failures");
    },
    forgotten: (id) => {
      const ids = [...photos.keys()];
      const at = ids.indexOf(id);
      photos.delete(id);
      edit.forgotten(id);
      for (const key of untouched.keys()) if (key.startsWith(id)) untouched.delete(key);
      if (model.get("photo") === id) store.set({ photo: ids[at + 1] ?? ids[at - 1] ?? "" });
      emit("photos");
    },
    silent: (is) => {
      if (is === isSilent) return;
      isSilent = is;
      asked.clear(); // what was asked in vain may be asked again
      ahead = null;
      others.clear();
      answers.forget();
      edit.silent(is);
      if (is) whatIf.lost();
      emit("silent", "photos", "inside", "what-if");
    },
    transfer: (layer, ms) => {
      if (layer !== model.get("layer")) return;
      times.transfer = ms;
      if (!store.photo()?.isLive) emit("times"); // the frame says it
    },
  });

  let othersAt = 0;
  /** @type {Map<string, number>} when the last frames brought a layer */
  const broughtAt = new Map();
  /** @type {Map<string, Photo>} what was last shown of a photo while nothing moved */
  const settled = new Map();
  /** What the camera and editing need alike: both bring one state of a photo after the other. */
  const moving = {
    send: wire.frame,
    keep: wire.freeze,
    layer: () => model.get("layer"),
    isOnStage: (/** @type {string} */ id) => model.get("photo") === id,
    putOnStage: (/** @type {string} */ id) => store.set({ photo: id }),
    failed: (/** @type {string} */ id, /** @type {string} */ message) => {
      failures = [...failures.filter((failure) => failure.id !== id), { id, name: "camera", message }];
      emit("failures");
    },
    recovered: (/** @type {string} */ id) => {
      if (failures.some((failure) => failure.id === id)) store.dismiss(id);
    },
    gone: (/** @type {string} */ id) => {
      forgetTensors(id);
      broughtAt.clear();
      settled.delete(id);
      wire.forget(id);
    },
    show: (/** @type {Photo} */ photo, /** @type {Tensor[]} */ brought) => {
      const { id } = photo;
      again.delete(id);
      photos.set(id, { id, name: photo.name, photo });
      // What was brought by the last few frames may lag behind; what is older, and what others make of it, is let go.
      const now = performance.now();
      if (photo.isMoving) settled.get(id) ?? settled.set(id, photo);
      else {
        // Everything is to be of this very state now.
        settled.set(id, photo);
        broughtAt.clear();
        forgetTensors(id);
      }
      if (!photo.isMoving || (photo.isLive && now - othersAt > OTHERS_EVERY_MS)) {
        othersAt = now;
        for (const key of tensors.keys()) if (key.startsWith(id) && !broughtAt.has(key)) tensors.delete(key);
        variants.delete(id);
        for (const known of [compared, kernels, problems]) for (const key of known.keys()) if (key.startsWith(id)) known.delete(key);
        emit("variants", "compared");
      }
      const here = tensorKey(id, photo.model, photo.preset, "");
      for (const key of tensors.keys()) if (key.startsWith(here) && now - (broughtAt.get(key) ?? 0) > LAG_MS) tensors.delete(key);
      for (const tensor of brought) {
        tensors.set(tensor.key, tensor);
        broughtAt.set(tensor.key, now);
        asked.delete(tensor.key);
      }
      emit("photos", "photo", "class", "tensor", "times");
      // The channel that is strongest now may not be in a moment: one stays on show.
      if (model.get("channel") === null && store.layer()?.name === brought[0]?.layer) wire.set({ channel: store.channel() });
    },
  };
  const camera = createCamera({ ...moving, changed: () => emit("camera") });
  const edit = createEdit({
    ...moving,
    ask: (photo) => wire.ask("pixels", { name: photos.get(photo)?.name ?? "photo", photo }),
    photo: (id) => photos.get(id)?.photo ?? null,
    names: () => [...photos.entries()].flatMap(([id, { name }]) => (edit.isOf(id) ? [] : [name])),
    changed: () => emit("edit"),
    painted: () => emit("stroke"),
  });
  /** @param {string} id Of a photo of which one state follows the other. */
  const isDrawnAnew = (id) => camera.isLive(id) || edit.isOf(id);

  const store = {
    camera,
    edit,
    /** @param {Topic[]} topics @param {() => void} listener @returns {Cleanup} */
    on: (topics, listener) => {
      const entry = { topics, listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    emit,

    // What has been chosen ----------------------------------------------------------------------------------------------
    /** @param {string} trait */
    get: (trait) => model.get(trait),
    /** @param {Record<string, unknown>} traits */
    set: (traits) => wire.set(traits),
    /** Choose a layer; its strongest channel, unless one is named. @param {string} layer @param {number | null} [channel] */
    chooseLayer: (layer, channel = null) => {
      hover = null;
      store.tensor(layer); // before the traits: the kernel takes messages in turn
      wire.set({ layer, channel, cell: null });
    },
    /** @param {number} channel @param {[number, number] | null} [cell] */
    chooseChannel: (channel, cell = null) => wire.set({ channel, cell }),
    /** @param {number | null} index */
    chooseClass: (index) => wire.set({ class_index: index }),
    /** @param {number} index */
    togglePin: (index) => {
      const pinned = /** @type {number[]} */ (model.get("pinned"));
      wire.set({ pinned: pinned.includes(index) ? pinned.filter((other) => other !== index) : [...pinned, index] });
    },
    /** @param {Point | null} point */
    point: (point) => {
      if (!point && !hover) return;
      hover = point;
      emit("hover");
    },

    // What follows from it ----------------------------------------------------------------------------------------------
    setting: () => setting,
    /** Whether the host can do something: views show no more than that. @param {string} what */
    can: (what) => setting.abilities?.includes(what) ?? true,
    /** Every preprocessing on offer; one's own, once there is one, at the end. */
    presets: () =>
      Object.keys(store.get("tuned")).length
        ? [...setting.presets, { name: YOURS, words: lastCompared.get(YOURS)?.words ?? "", origin: "tuned on this page", preprocessing: /** @type {How} */ (store.get("tuned")) }]
        : setting.presets,
    /** @returns {Network | null} Of maps as large as the photo's input makes them. */
    network: () => {
      const photo = store.photo();
      if (!network || !photo?.layers || photo.model !== network.name) return network;
      if (resized?.of !== photo.layers || resized.network.labels !== network.labels) {
        resized = { of: photo.layers, network: { ...network, input: photo.input, layers: photo.layers } };
      }
      return resized.network;
    },
    isChoosing: () => isChoosing,
    entries: () => [...photos.values()],
    failures: () => failures,
    isSilent: () => isSilent,
    isWorking: () => again.size > 0 || isChoosing || [...photos.values()].some(({ photo }) => !photo),
    times: () => times,
    hover: () => hover,
    /** The photo on the stage; while it is on its way, the one before. @returns {Photo | null} */
    photo: () => {
      const photo = photos.get(model.get("photo"))?.photo;
      if (photo) lastPhoto = photo;
      else if (!photos.size) lastPhoto = null;
      return lastPhoto;
    },
    /** @returns {Layer | null} */
    layer: () => {
      const shown = store.network();
      return shown?.layers?.length ? layerNamed(shown, model.get("layer")) : null;
    },
    /** The activation of a layer, or null while it is on its way. @param {string} [name] @param {Photo | null} [photo] @returns {Tensor | null} */
    tensor: (name, photo = store.photo()) => {
      const layer = name ?? store.layer()?.name;
      if (!photo || !layer) return null;
      if (photo.isMoving) (photo.isEdit ? edit : camera).want(layer);
      const key = tensorKey(photo.id, photo.model, photo.preset, layer);
      const known = tensors.get(key);
      if (known) {
        tensors.delete(key); // to the end: the longest unused goes first
        tensors.set(key, known);
        return known;
      }
      if (!asked.has(key) && !isSilent) {
        asked.add(key);
        if (ahead?.key === key) wire.expect([ahead.id]);
        else wire.tensor(photo.id, layer);
      }
      return null;
    },
    /** The chosen layer's activation; while it is on its way, the one on show before. @returns {Tensor | null} */
    shown: () => {
      if (!store.photo()) lastTensor = null;
      else lastTensor = store.tensor() ?? lastTensor;
      return lastTensor;
    },
    channel: () => {
      const tensor = store.shown();
      const chosen = /** @type {number | null} */ (model.get("channel"));
      if (!tensor) return 0;
      if (chosen !== null && chosen < tensor.shape[0] && tensor.layer === store.layer()?.name) return Math.max(0, chosen);
      return tensor.mean.indexOf(tensor.mean.reduce((a, b) => Math.max(a, b), -Infinity));
    },
    /** @returns {[number, number]} y, x */
    cell: () => {
      const tensor = store.shown();
      if (!tensor) return [0, 0];
      const [, height, width] = tensor.shape;
      const chosen = /** @type {[number, number] | null} */ (model.get("cell"));
      if (chosen && chosen[0] < height && chosen[1] < width) return chosen;
      const start = store.channel() * height * width;
      const map = tensor.values.subarray(start, start + height * width);
      const at = Math.max(0, map.indexOf(map.reduce((a, b) => Math.max(a, b), -Infinity)));
      return [Math.floor(at / width), at % width];
    },
    /** What is pointed at, else what is chosen. @returns {Point} */
    looked: () => hover ?? { channel: store.channel(), cell: store.cell() },
    classIndex: () => {
      const chosen = /** @type {number | null} */ (model.get("class_index"));
      const photo = store.photo();
      return chosen !== null && photo && chosen < photo.logits.length ? chosen : (photo?.ranking[0] ?? 0);
    },
    /** What full colour stands for; where a channel is one value, only the layer's scale says anything. */
    scale: () => {
      const [, height, width] = store.shown()?.shape ?? [0, 0, 0];
      return height * width === 1 ? "layer" : /** @type {string} */ (model.get("scale"));
    },
    /** The model that the answer on show is from: for a moment after another was chosen, still the one before. */
    answering: () => networks.get(store.photo()?.model ?? "") ?? network,
    /** @param {number} index @returns {Label} */
    label: (index) => store.answering()?.labels?.[index] ?? { label: `class ${index}`, wnid: "", also: [] },
    softmaxName: () => store.network()?.layers.find(({ kind }) => kind === "softmax")?.name ?? "",
    /** The layer with a map for every class, whose mean is the logit; null for a network without. @returns {Layer | null} */
    cams: () => {
      const shown = store.network();
      const logits = shown?.layers?.find(({ name }) => name === shown.logits);
      const source = logits?.kind === "global average pooling" ? shown?.layers.find(({ name }) => name === logits.inputs[0]) : null;
      return source ?? null;
    },
    /** What the model says of the photo otherwise preprocessed, or null while it is on its way. @returns {Variant[] | null} */
    variants: () => {
      const photo = store.photo();
      if (!photo) return null;
      const known = variants.get(photo.id);
      if (!known && !asked.has(photo.id) && !isSilent) {
        asked.add(photo.id);
        setTimeout(() => asked.delete(photo.id), 5000);
        wire.variants(photo.id, store.get("compared"), store.get("tuned"));
      }
      return known ?? null;
    },

    // In other preprocessings ---------------------------------------------------------------------------------------------
    /** The other preprocessings that are compared, by name. @returns {string[]} */
    others: () => /** @type {string[]} */ (store.get("compared")).filter((name) => name !== store.photo()?.preset),
    /** The one whose maps are shown beside those in use. @returns {string | undefined} */
    against: () => (store.others().includes(store.get("against")) ? store.get("against") : store.others()[0]),
    /**
     * A photo in another preprocessing, compared with the one in use: what is known of it, what was known of it before, or
     * why it can't be.
     * @param {string} preset
     * @returns {{known: Compared | null, before: Compared | null, problem: string}}
     */
    comparedWith: (preset) => {
      const key = otherKey(preset);
      const known = compared.get(key) ?? null;
      const problem = problems.get(key) ?? "";
      if (!known && !problem) ask("variant", preset, key);
      return { known, before: known ?? lastCompared.get(preset) ?? null, problem };
    },
    /** @param {string} preset @returns {Kernels | null} */
    kernelsOf: (preset) => {
      const key = otherKey(preset);
      const known = kernels.get(key) ?? null;
      if (!known && !problems.get(key)) ask("kernels", preset, key);
      return known;
    },
    /** The chosen layer under another preprocessing, or null while it is on its way. @param {string} preset @returns {Tensor | null} */
    tensorOf: (preset) => {
      const [photo, layer] = [store.photo(), store.layer()];
      if (!photo || !layer) return null;
      const key = tensorKey(photo.id, photo.model, presetKey(preset), layer.name);
      const known = tensors.get(key);
      if (!known && !asked.has(key) && !isSilent) {
        asked.add(key);
        wire.tensorOf(photo.id, layer.name, otherOf(preset));
      }
      return known ?? null;
    },

    // Inside a number ---------------------------------------------------------------------------------------------------
    /** The numbers opened one from the other; the last is on show. @returns {Step[]} */
    opened: () => store.get("opened"),
    /** Open a number: from the page, or from among the terms of the one on show. @param {Step} step @param {boolean} [isTerm] */
    open: ({ layer, channel, cell }, isTerm = false) => wire.set({ opened: [...(isTerm ? store.opened() : []), { layer, channel, cell }] }),
    /** Back to the number at a place of the path; before the first, nothing is open. @param {number} count */
    back: (count) => wire.set({ opened: store.opened().slice(0, count) }),
    /** @param {Step} step @param {number} count Of the largest terms. @returns {{known: Calculation | null, problem: string}} */
    calculation: (step, count) => {
      const photo = store.photo();
      if (!photo) return { known: null, problem: "" };
      const key = ["open", serialOf(photo), step.layer, step.channel, ...step.cell, count].join(" ");
      return answers.get(key, "open", { name: step.layer, photo: photo.id, ...step, count }, (/** @type {CalculationMessage} */ { calculation }) => calculation);
    },
    /** A convolution's kernels, or null while they are on their way. @param {string} layer @returns {Weights | null} */
    weights: (layer) => {
      const name = store.answering()?.name ?? "";
      return answers.get(`weights ${name} ${layer}`, "weights", { name: layer, layer }, (/** @type {WeightsMessage} */ { shape, buffers }) => ({
        shape,
        kernels: floatsOf(buffers.kernels),
        bias: floatsOf(buffers.bias),
      })).known;
    },

    // Ablated ------------------------------------------------------------------------------------------------------
    /** Layer → channels that are ablated. @returns {Record<string, number[]>} */
    ablated: () => store.get("ablated"),
    /** @param {string} layer @param {number} channel */
    isAblated: (layer, channel) => (store.ablated()[layer] ?? []).includes(channel),
    /** Ablate channels of a layer; those that are all ablated already are restored. @param {string} layer @param {number[]} channels */
    toggleAblated: (layer, channels) => {
      const before = store.ablated()[layer] ?? [];
      const are = channels.every((channel) => before.includes(channel));
      const after = are ? before.filter((channel) => !channels.includes(channel)) : [...new Set([...before, ...channels])];
      const { [layer]: _, ...others } = store.ablated();
      // The chosen channel stays, though it is the strongest no more.
      wire.set({ channel: store.channel(), ablated: after.length ? { ...others, [layer]: after } : others });
    },
    restoreAll: () => wire.set({ ablated: {} }),
    /** What is tried out in steps. */
    whatIf: () => whatIf,

    // Why a class ------------------------------------------------------------------------------------------------------
    /** The class that the chosen one is weighed against; null for none. @returns {number | null} */
    contrastClass: () => {
      const contrast = store.get("contrast_class");
      return contrast === store.classIndex() ? null : contrast;
    },
    /** @returns {{known: Evidence | null, problem: string}} */
    evidence: () => {
      const photo = store.photo();
      if (!photo) return { known: null, problem: "" };
      const [index, contrast] = [store.classIndex(), store.contrastClass()];
      const key = `evidence ${serialOf(photo)} ${index} ${contrast}`;
      return answers.get(key, "evidence", { name: store.label(index).label, photo: photo.id, class_index: index, contrast_class: contrast }, (/** @type {EvidenceMessage} */ { evidence, buffers: { cells, contrast_cells: contrastCells } }) => ({
        ...evidence,
        cells: floatsOf(cells),
        contrast: evidence.contrast && contrastCells ? { ...evidence.contrast, cells: floatsOf(contrastCells) } : null,
      }));
    },
    /** How far the network looked for it. @returns {{known: ReceptiveFieldContributions | null, problem: string}} */
    contributions: () => {
      const photo = store.photo();
      if (!photo) return { known: null, problem: "" };
      const [index, contrast] = [store.classIndex(), store.contrastClass()];
      return answers.get(`receptive_field ${serialOf(photo)} ${index} ${contrast}`, "receptive_field", { name: store.label(index).label, photo: photo.id, class_index: index, contrast_class: contrast }, (/** @type {ReceptiveFieldMessage} */ { contributions }) => contributions);
    },
    /** @returns {LocationPredictions | null} */
    perLocation: () => {
      const photo = store.photo();
      if (!photo) return null;
      return answers.get(`per_location ${serialOf(photo)}`, "per_location", { name: photo.name, photo: photo.id }, (/** @type {PerLocationMessage} */ { buffers }) => {
        const indices = new Uint16Array(bytesOf(buffers.classes));
        return { top: indices, probabilities: floatsOf(buffers.probabilities), labels: indices.filter((_index, at) => at % 5 === 0) };
      }).known;
    },

    // Held, to be compared with what comes next -------------------------------------------------------------------------
    /** Hold what is chosen now: the photo, the layer and its channel, and the class. */
    hold: () => {
      const layer = store.layer();
      const shown = store.photo();
      // What is being painted is compared with what it was.
      const photo = shown?.isEdit ? (photos.get(edit.source().id)?.photo ?? shown) : shown;
      if (photo && layer) wire.set({ held: { photo: photo.id, layer: layer.name, channel: store.channel(), class_index: store.classIndex() } });
    },
    letGo: () => wire.set({ held: {} }),
    /** What is held; null where nothing is, or its photo is gone. @returns {{photo: Photo, layer: Layer, channel: number, classIndex: number} | null} */
    held: () => {
      const held = store.get("held");
      const photo = photos.get(held.photo)?.photo;
      const layer = photo && network?.layers?.find(({ name }) => name === held.layer);
      return photo && layer ? { photo, layer, channel: held.channel, classIndex: held.class_index } : null;
    },
    /** How far each layer is from where it is for the photo that is held. @returns {{drift: [string, number | null, number | null][], first_divergent_layer: string | null} | null} */
    distance: () => {
      const [photo, held] = [store.photo(), store.held()];
      if (!photo || !held || held.photo === photo || photo.isLive) return null;
      const key = `distance ${serialOf(photo)} ${serialOf(held.photo)}`;
      return answers.get(key, "distance", { name: photo.name, photo: photo.id, other: held.photo.id }, (/** @type {DistanceMessage} */ { drift, first_divergent_layer }) => ({ drift, first_divergent_layer })).known;
    },

    /** What is known of channels across a data set. */
    across: createAcross({
      get: answers.get,
      atlas: () => setting.atlas ?? null,
      model: () => network?.name ?? "",
      isHere: (id) => photos.has(id),
      fetch: (id, name) => wire.example(id, name),
      set: (traits) => wire.set(traits),
    }),

    // What can be asked for ---------------------------------------------------------------------------------------------
    /** @param {File[]} files */
    upload: (files) => void files.reduce((before, file) => before.then(() => wire.upload(file, setting.limit_bytes)), Promise.resolve()),
    /** @param {string} name */
    sample: (name) => wire.sample(name),
    /** @param {string} id */
    forget: (id) => wire.forget(id),
    /** What the host makes for the page to keep. */
    files: () => files,
    /** @param {string} id */
    dismiss: (id) => {
      failures = failures.filter((failure) => failure.id !== id);
      emit("failures");
    },
    /** @param {string} name */
    use: (name) => {
      isChoosing = true;
      if (network) network = { ...network, error: null };
      answerAnew();
      wire.use(name);
      emit("network");
    },
    /** @param {number} ms */
    drew: (ms) => {
      times.draw = ms;
      if (!store.photo()?.isMoving) emit("times"); // the next frame says it
    },
    close: () => {
      for (const trait of Object.keys(TOPIC_OF)) model.off(`change:${trait}`, onChange[trait] ?? (() => undefined));
      camera.close();
      edit.close();
      themes.disconnect();
      clearTimeout(quiet);
      wire.close();
    },
  };

  /** What tells one preprocessing from another: one's own changes while its name stays. @param {string} preset */
  function presetKey(preset) {
    return preset === YOURS ? `${YOURS} ${JSON.stringify(store.get("tuned"))}` : preset;
  }

  /** @param {string} preset */
  function otherOf(preset) {
    return { preset, preset_key: presetKey(preset), ...(preset === YOURS ? { preprocessing: store.get("tuned") } : {}) };
  }

  /** @param {string} preset */
  function otherKey(preset) {
    const photo = store.photo();
    return [photo?.id, photo?.model, presetKey(photo?.preset ?? ""), presetKey(preset)].join("\n");
  }

  /** One request of a kind and preset at a time: while a slider moves, what lies between is left out. */
  /** @param {"variant" | "kernels"} kind @param {string} preset @param {string} key */
  function ask(kind, preset, key) {
    const photo = store.photo();
    if (!photo || isSilent || [...others.values()].some((other) => other.kind === kind && other.preset === preset)) return;
    others.set(wire.other(kind, photo.id, otherOf(preset)), { kind, key, preset });
  }

  /** @param {Photo} photo */
  function serialOf(photo) {
    // While it moves, what was worked out of its last rest stays on show.
    if (photo.isEdit && photo.isMoving) photo = settled.get(photo.id) ?? photo;
    if (!serials.has(photo)) serials.set(photo, (serial += 1));
    return serials.get(photo);
  }

  /** What is tried out follows from this: the same photo, answered again, is the same. @param {Photo} photo */
  function basisOf({ id, model: name, preset, logits }) {
    return [id, name, preset, logits.reduce((sum, logit, index) => sum + logit * ((index % 7) + 1), 0)].join(" ");
  }

  /** @param {string} start */
  function forgetTensors(start) {
    for (const key of tensors.keys()) if (key.startsWith(start)) tensors.delete(key);
  }

  function answerAnew() {
    for (const { id, photo } of photos.values()) if (photo) again.add(id);
    wire.expect([...again]);
  }

  // The layers that are likely to be chosen next come while nothing else is going on: choosing one then waits for nobody.
  /** @param {number} after Milliseconds. */
  function fetchAhead(after) {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      const [photo, layer] = [store.photo(), store.layer()];
      if (!photo || photo.isMoving || !layer || !network || ahead || isSilent || asked.size || store.isWorking()) return;
      const layers = store.network()?.layers ?? [];
      const at = layers.indexOf(layer);
      const next = layers
        .map(({ name, module, branch }, index) => ({ name, isInside: module && branch !== "concat" && module !== layer.module, distance: Math.abs(index - at) }))
        .filter(({ isInside }) => !isInside)
        .sort((a, b) => a.distance - b.distance)
        .map(({ name }) => ({ name, key: tensorKey(photo.id, photo.model, photo.preset, name) }))
        .find(({ key }) => !tensors.has(key));
      if (next) ahead = { key: next.key, id: wire.tensorAhead(photo.id, next.name) };
    }, after);
  }

  /** @type {Record<string, () => void>} */
  const onChange = {};
  for (const [trait, topic] of Object.entries(TOPIC_OF)) {
    onChange[trait] = () => {
      if (trait === "preset" || trait === "ablated" || (trait === "ablation_fill" && Object.keys(store.ablated()).length) || (trait === "tuned" && model.get("preset") === YOURS)) answerAnew();
      if (trait === "compared") variants.clear();
      if (trait === "layer") {
        hover = null;
        fetchAhead(QUIET_MS);
      }
      if (trait === "photo") {
        camera.staged();
        edit.staged();
      }
      if (trait === "tuned" || trait === "compared") emit("setting", "variants");
      emit(topic, ...(trait === "photo" ? /** @type {Topic[]} */ (["photos", "class", "selection", "variants", "times"]) : []));
    };
    model.on(`change:${trait}`, onChange[trait]);
  }
  const themes = new MutationObserver(() => emit("look"));
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name"] });

  wire.ready();
  return store;
}

/** @typedef {ReturnType<typeof createStore>} Store */

import { el, icon, percent } from "./dom.js";

/** @import { Failure, Photo } from "./types.js" */

/**
 * The photos so far, to step through; those at work, and those that failed, with the reason where it happened.
 *
 * @param {{choose: (id: string) => void, forget: (id: string) => void}} on
 */
export function strip(on) {
  const list = el("div", { class: "sqv-strip", role: "listbox", "aria-label": "Photos", "aria-orientation": "horizontal" });
  const failures = el("div", { class: "sqv-failures", role: "alert" });
  /** @type {Map<string, {photo: Photo | null, name: string, element: HTMLElement}>} */
  const tiles = new Map();
  let chosen = "";

  /** @param {string} id @param {string} name */
  const tile = (id, name) => {
    const known = tiles.get(id);
    if (known) return known;
    const element = el("div", { class: "sqv-tile", role: "option", "data-id": id, onclick: () => on.choose(id) });
    const made = { photo: /** @type {Photo | null} */ (null), name, element };
    tiles.set(id, made);
    list.append(element);
    return made;
  };

  const mark = () => {
    const answered = [...tiles.entries()].filter(([, { photo }]) => photo);
    for (const [id, { element }] of tiles) {
      element.setAttribute("aria-selected", String(id === chosen));
      element.tabIndex = id === chosen || (!tiles.has(chosen) && id === answered[0]?.[0]) ? 0 : -1;
    }
  };

  list.addEventListener("keydown", (event) => {
    const ids = [...tiles.keys()];
    const at = ids.indexOf(chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const id = ids[Math.min(Math.max(to, 0), ids.length - 1)];
      if (id === undefined || !tiles.get(id)?.photo) return;
      on.choose(id);
      tiles.get(id)?.element.focus();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      if (chosen) on.forget(chosen);
    }
  });

  return {
    element: el("div", { class: "sqv-photos" }, failures, list),
    get size() {
      return tiles.size;
    },
    /** @param {string} id @param {string} name */
    working: (id, name) => {
      const { element } = tile(id, name);
      element.classList.add("sqv-working");
      element.setAttribute("aria-busy", "true");
      if (!element.childElementCount) {
        element.append(el("span", { class: "sqv-thumb" }), el("span", { class: "sqv-tile-name", text: name }), el("span", { text: "working…" }));
      }
      mark();
    },
    /** @param {Photo} photo */
    show: (photo) => {
      const made = tile(photo.id, photo.name);
      made.photo = photo;
      const best = photo.top[0];
      made.element.classList.remove("sqv-working");
      made.element.removeAttribute("aria-busy");
      made.element.setAttribute("aria-label", `${photo.name}: ${best?.label}, ${percent(best?.probability ?? 0)}`);
      made.element.replaceChildren(
        el("img", { class: "sqv-thumb", src: photo.original, alt: "" }),
        el("span", { class: "sqv-tile-name", text: best?.label ?? photo.name, title: photo.name }),
        el("span", { class: "sqv-quiet", text: percent(best?.probability ?? 0) }),
      );
      mark();
    },
    /** @param {Failure} failure */
    failed: (failure) => {
      tiles.get(failure.id)?.element.remove();
      tiles.delete(failure.id);
      const line = el("div", { class: "sqv-failure" }, icon("warn"), el("span", { text: failure.message }));
      line.append(
        el("button", { class: "sqv-close", type: "button", "aria-label": "Dismiss", onclick: () => line.remove() }, icon("close")),
      );
      failures.append(line);
      mark();
    },
    /** Say of the photos at work that they wait for the kernel, or no longer do. @param {boolean} is */
    silent: (is) => {
      for (const { element } of tiles.values()) {
        if (!element.classList.contains("sqv-working")) continue;
        element.classList.toggle("sqv-waiting", is);
        const state = element.lastElementChild;
        if (state) state.textContent = is ? "waiting" : "working…";
      }
    },
    /** @param {string} id Returns the photo beside the forgotten one, if any. */
    forget: (id) => {
      const ids = [...tiles.keys()];
      const at = ids.indexOf(id);
      tiles.get(id)?.element.remove();
      tiles.delete(id);
      mark();
      return ids[at + 1] ?? ids[at - 1] ?? "";
    },
    /** @param {string} id */
    choose: (id) => {
      chosen = id;
      mark();
      tiles.get(id)?.element.scrollIntoView({ block: "nearest", inline: "nearest" });
    },
    /** @param {string} id */
    photo: (id) => tiles.get(id)?.photo ?? null,
    first: () => [...tiles.values()].find(({ photo }) => photo)?.photo ?? null,
    ids: () => [...tiles.keys()],
  };
}

/** The explorer as one file: no kernel, no network. */
import { explorer } from "../pages.js";
import { FlatStore } from "../store/flat.ts";
import { Store } from "../store/store.ts";
import { el } from "../dom.js";
import { plain } from "../standalone/bytes.js";
import { colophon } from "../standalone/colophon.js";
import { createHost } from "../standalone/host.js";
import { themeSwitch } from "../standalone/theme.js";

/** @param {HTMLElement} place */
async function show(place) {
  const switcher = themeSwitch();
  const contents = await plain(Number(place.dataset["entry"]));
  let tell = () => {};
  const host = createHost(contents, () => tell());
  const store = new FlatStore(new Store(host));
  const root = el("div", { class: "sqv", tabindex: "-1" });
  const words = colophon(host);
  tell = words.draw;
  place.replaceChildren(root);
  explorer(root, store);
  root.append(el("footer", { class: "sqv-colophon" }, words.element, switcher.element));
  root.focus({ preventScroll: true });
  // For whoever looks behind the page, as tests do.
  Object.assign(window, { squeezeviz: { host, store } });
}

const place = /** @type {HTMLElement} */ (document.getElementById("sqv-page"));
show(place).catch((problem) => {
  place.replaceChildren(el("p", { class: "sqv-opening", role: "alert", text: `This page cannot be opened: ${problem instanceof Error ? problem.message : problem}` }));
  throw problem;
});

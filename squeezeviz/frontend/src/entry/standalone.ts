/** The explorer as one file: no kernel, no network. */
import { open } from "../engine/open.ts";
import { run } from "../engine/run.ts";
import { plain } from "../host/blocks.ts";
import type { Contents } from "../host/contents.ts";
import { OfflineHost } from "../host/offline.ts";
import { explorer } from "../pages.js";
import { FlatStore } from "../store/flat.ts";
import { Store } from "../store/store.ts";
import { mounted } from "../ui/mounted.tsx";
import { Colophon } from "../views/colophon/colophon.tsx";
import { followTheme } from "../views/colophon/theme_switch.tsx";

async function show(place: HTMLElement): Promise<void> {
  followTheme("system")(); // until the switch is there
  const host = new OfflineHost(await plain<Contents>(Number(place.dataset.entry)));
  const store = new FlatStore(new Store(host));
  const root = document.createElement("div");
  root.className = "sqv";
  root.tabIndex = -1;
  place.replaceChildren(root);
  explorer(root, store);
  root.append(mounted(store.deep, Colophon, { host }).element);
  root.focus({ preventScroll: true });
  Object.assign(behind, { host, store });
}

function refuse(place: HTMLElement, problem: unknown): void {
  const words = document.createElement("p");
  words.className = "sqv-opening";
  words.role = "alert";
  words.textContent = `This page cannot be opened: ${problem instanceof Error ? problem.message : problem}`;
  place.replaceChildren(words);
}

/** For whoever looks behind the page, as tests do. */
const behind = { engine: { run, open } };
Object.assign(window, { squeezeviz: behind });

const place = document.getElementById("sqv-page");
if (place) {
  show(place).catch((problem) => {
    refuse(place, problem);
    throw problem;
  });
}

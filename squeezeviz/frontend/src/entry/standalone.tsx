/** The explorer as one file: no kernel, no network. */
import { Network } from "../engine/network.ts";
import { open } from "../engine/open.ts";
import { plain } from "../host/blocks.ts";
import type { Contents } from "../host/contents.ts";
import { OfflineHost } from "../host/offline.ts";
import { Explorer } from "../pages/explorer.tsx";
import { Store } from "../store/store.ts";
import { mount } from "../ui/mount.tsx";
import { Colophon } from "../views/colophon/colophon.tsx";
import { followTheme } from "../views/colophon/theme_switch.tsx";

async function show(place: HTMLElement): Promise<void> {
  followTheme("system")(); // until the switch is there
  const host = new OfflineHost(await plain<Contents>(Number(place.dataset.entry)));
  const store = new Store(host);
  const root = document.createElement("div");
  root.className = "sqv";
  root.tabIndex = -1;
  place.replaceChildren(root);
  mount(
    root,
    store,
    <Explorer root={root}>
      <Colophon host={host} />
    </Explorer>,
  );
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
const behind = { engine: { Network, open } };
Object.assign(window, { squeezeviz: behind });

const place = document.getElementById("sqv-page");
if (place) {
  show(place).catch((problem) => {
    refuse(place, problem);
    throw problem;
  });
}

/** The explorer as one file: no kernel, no network. */
import { startEngine } from "../host/engine.ts";
import { OfflineHost } from "../host/offline.ts";
import { Explorer } from "../pages/explorer.tsx";
import { Store } from "../store/store.ts";
import { mount } from "../ui/mount.tsx";
import { Colophon } from "../views/colophon/colophon.tsx";
import { followTheme } from "../views/colophon/theme_switch.tsx";

async function show(place: HTMLElement): Promise<void> {
  followTheme("system")(); // until the switch is there
  const engine = await startEngine(textOf("sqv-engine"));
  const blocks = [...document.querySelectorAll('script[id^="sqv-block-"]')].map((_, at) => textOf(`sqv-block-${at}`));
  const host = await OfflineHost.open(engine, blocks, Number(place.dataset.entry));
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
  Object.assign(window, { squeezeviz: { host, store } }); // for whoever looks behind the page, as tests do
}

function textOf(id: string): string {
  const text = document.getElementById(id)?.textContent;
  if (!text) throw new Error("this file is not whole: a part of it is missing");
  return text;
}

function refuse(place: HTMLElement, problem: unknown): void {
  const words = document.createElement("p");
  words.className = "sqv-opening";
  words.role = "alert";
  words.textContent = `This page cannot be opened: ${problem instanceof Error ? problem.message : problem}`;
  place.replaceChildren(words);
}

const place = document.getElementById("sqv-page");
if (place) {
  show(place).catch((problem) => {
    refuse(place, problem);
    throw problem;
  });
}

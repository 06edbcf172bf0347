/** The explorer without a kernel: as one file, or as a folder on a server of files. */
import { startEngine } from "../host/engine.ts";
import { OfflineHost } from "../host/offline.ts";
import { type Arriving, fetched, keepForLater, siteOf } from "../host/site.ts";
import { Explorer } from "../pages/explorer.tsx";
import { Store } from "../store/store.ts";
import { mount } from "../ui/mount.tsx";
import { Colophon } from "../views/colophon/colophon.tsx";
import { followTheme } from "../views/colophon/theme_switch.tsx";

const FROM_DISK =
  "it is one of a folder for a server of files, and browsers let no page from disk read the files beside it. Serve the " +
  "folder (python -m http.server --directory FOLDER); or write a page that opens from disk, as one file: squeezeviz export.";

async function show(place: HTMLElement): Promise<void> {
  followTheme("system")(); // until the switch is there
  const site = siteOf(document);
  if (site && location.protocol === "file:") throw new Error(FROM_DISK);
  const [program, blocks] = site ? await fetched(site, progressIn(place)) : carried();
  const engine = await startEngine(program, site?.engine.path);
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
      <Colophon host={host} isSite={site !== null} />
    </Explorer>,
  );
  root.focus({ preventScroll: true });
  if (site) keepForLater();
  Object.assign(window, { squeezeviz: { host, store } }); // for whoever looks behind the page, as tests do
}

/** What one file carries: the engine's program, and blocks. */
function carried(): [string, string[]] {
  const blocks = [...document.querySelectorAll('script[id^="sqv-block-"]')].map((_, at) => textOf(`sqv-block-${at}`));
  return [textOf("sqv-engine"), blocks];
}

/** Says how much has arrived, in the place where the page is going to be. */
function progressIn(place: HTMLElement): Arriving {
  const [words, bar] = [document.createElement("p"), document.createElement("progress")];
  words.className = "sqv-opening sqv-arriving";
  bar.setAttribute("aria-label", "Arriving");
  place.lastElementChild?.remove(); // what is to be read where this program does not come
  place.append(bar, words);
  return (done, all) => {
    [bar.value, bar.max] = [done, all];
    words.textContent = `${(done / 1e6).toFixed(1)} of ${(all / 1e6).toFixed(1)} MB`;
  };
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

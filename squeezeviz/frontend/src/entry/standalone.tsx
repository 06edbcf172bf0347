/** The explorer without a kernel: as one file, or as a folder on a server of files. */
import { blocksIn, earlyOne } from "../host/early.ts";
import { engineOf } from "../host/early_site.ts";
import { begin, end, hand, onPage } from "../host/engine.ts";
import { OfflineHost } from "../host/offline.ts";
import { type Arriving, keepOnceIdle, type Site, siteOf, sizesOf } from "../host/site.ts";
import { Explorer } from "../pages/explorer.tsx";
import { Store } from "../store/store.ts";
import { mount } from "../ui/mount.tsx";
import { Colophon } from "../views/colophon/colophon.tsx";
import { followTheme } from "../views/colophon/theme_switch.tsx";
import { followAddress } from "./address.ts";
import "./second.tsx"; // in one program: it is all on disk, or fetched, by then

const FROM_DISK =
  "it is one of a folder for a server of files, and browsers let no page from disk read the files beside it. Serve the " +
  "folder (python -m http.server --directory FOLDER); or write a page that opens from disk, as one file: squeezeviz export.";

async function show(place: HTMLElement): Promise<void> {
  followTheme("system")(); // until the switch is there
  const site = siteOf(document);
  if (site && location.protocol === "file:") throw new Error(FROM_DISK);
  await (site ? showSite(place, site) : showFile(place));
}

async function showFile(place: HTMLElement): Promise<void> {
  const host = await hostOfFile(Number(place.dataset.entry));
  place.replaceChildren();
  takeOver(await explorerIn(place, host, false));
}

/** The explorer is made while its files are on their way, out of sight: it answers once all are there, and whole. */
async function showSite(place: HTMLElement, site: Site): Promise<void> {
  const early = engineOf(site);
  early.follow(progressIn(place));
  const opened = early.engine.then((engine) => OfflineHost.open(engine, sizesOf(site)));
  const host = await Promise.race([opened, early.isWhole.then(() => opened)]); // whichever fails first says why
  host.isArriving = true;
  const root = await explorerIn(place, host, true);
  root.classList.add("sqv-behind");
  await early.isWhole;
  host.isArriving = false;
  root.classList.remove("sqv-behind");
  for (const other of [...place.children].filter((child) => child !== root)) other.remove();
  takeOver(root);
  keepOnceIdle(() => host.file.photos > 0 && host.progress.value.ms === 0);
}

/** Makes the explorer, behind all else in its place. */
async function explorerIn(place: HTMLElement, host: OfflineHost, isSite: boolean): Promise<HTMLElement> {
  const store = new Store(host);
  followAddress(store);
  await Promise.resolve(); // what has been said by now is heard, and rendered with the page
  const root = document.createElement("div");
  root.className = "sqv";
  root.tabIndex = -1;
  place.append(root);
  mount(
    root,
    store,
    <Explorer root={root}>
      <Colophon host={host} isSite={isSite} />
    </Explorer>,
  );
  Object.assign(window, { squeezeviz: { host, store } }); // for whoever looks behind the page, as tests do
  return root;
}

/** From now on the page's keys and what is brought to it are the explorer's. */
function takeOver(root: HTMLElement): void {
  root.focus({ preventScroll: true });
  hearAllOf(document, root);
}

/** What is dropped, pasted or typed beside the page, at the edges of the window, is meant for it too. */
function hearAllOf(window: Document, root: HTMLElement): void {
  for (const name of ["dragover", "dragleave", "drop", "paste", "keydown"])
    window.addEventListener(name, (event) => {
      if (root.contains(event.target as Node)) return;
      const copy = new (event.constructor as typeof Event)(event.type, event);
      if (!root.dispatchEvent(copy)) event.preventDefault();
    });
}

async function hostOfFile(entry: number): Promise<OfflineHost> {
  const early = earlyOne();
  if (early && (await early.worker.isHere))
    return OfflineHost.open({ port: early.worker, isWorker: true }, early.sizes);
  const blocks = blocksIn(document);
  const sizes = new Map([...blocks].map(([index, { length }]) => [index, length]));
  const engine = await onPage(textOf("sqv-engine"));
  begin(engine.port, entry);
  for (const [index, block] of blocks) hand(engine.port, index, block);
  end(engine.port);
  return OfflineHost.open(engine, sizes);
}

/** Says how much has arrived, in the place where the page is going to be. */
function progressIn(place: HTMLElement): Arriving {
  const [words, bar] = [document.createElement("p"), document.createElement("progress")];
  words.className = "sqv-opening sqv-opening-so-far";
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

/**
 * An app's page has a new kernel after every reload. What was chosen, and which samples were on the page, is kept in the
 * browser's tab meanwhile, and its address says what to open. In JupyterLab the kernel itself remembers.
 */
import { effect } from "@preact/signals-core";
import { createTask } from "../draw/scheduler.ts";
import { PERSISTENT, type Trait, type Traits } from "../protocol.ts";
import type { Store } from "../store/store.ts";
import type { Cleanup } from "../store/types.ts";
import { followAddress } from "./address.ts";

const COUNT = Symbol.for("squeezeviz.pages");

interface Kept extends Partial<Traits> {
  samples?: string[];
}

export function remember(store: Store): Cleanup {
  if (document.body.dataset.voila === undefined) return () => undefined;
  const page = window as { [COUNT]?: number };
  page[COUNT] = (page[COUNT] ?? 0) + 1;
  const key = `squeezeviz ${location.pathname} ${page[COUNT]}`;
  let isRestored = false;
  const isFirst = page[COUNT] === 1;
  const isLinked = isFirst && location.hash.length > 1; // whoever follows a link wants what it says
  const leave = isFirst ? followAddress(store) : () => undefined;
  const task = createTask(() => {
    if (!isReady(store)) return;
    if (!isRestored && !isLinked) restore(store, kept(key));
    isRestored = true;
    sessionStorage.setItem(key, JSON.stringify(chosen(store)));
  });
  const forget = effect(() => {
    if (isReady(store)) chosen(store);
    task.request();
  });
  return () => {
    leave();
    forget();
    task.cancel();
  };
}

/** Whether anything can be asked for. */
const isReady = ({ networks }: Store): boolean => networks.setting().samples.length > 0 && !!networks.network()?.name;

export function chosen({ traits, photos, networks }: Store): Kept {
  const offered = new Set(networks.setting().samples.map(({ name }) => name));
  const names = photos.all().map(({ name }) => name);
  // The model's own is nobody's choice: another model may answer after the reload, and has its own.
  const isChosen = (trait: Trait) => trait !== "preset" || traits.get("preset") !== networks.network()?.preprocessing;
  return {
    ...Object.fromEntries(PERSISTENT.filter(isChosen).map((trait) => [trait, traits.get(trait)])),
    samples: names.filter((name) => offered.has(name)),
  };
}

function kept(key: string): Kept {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "{}") ?? {};
  } catch {
    return {}; // whatever it was, it was not ours
  }
}

/** But for what whoever made the page has chosen. */
export function restore({ traits, photos }: Store, { samples = [], ...before }: Kept): void {
  const given = traits.given();
  const known = new Set(photos.all().map(({ name }) => name));
  for (const name of samples) if (!known.has(name)) photos.sample(name);
  const due = PERSISTENT.filter((trait) => trait in before && !given.includes(trait));
  traits.set(Object.fromEntries(due.map((trait) => [trait, before[trait]])));
}

import { expect, test } from "vitest";
import type { Traits } from "../protocol.ts";
import { soon } from "../testing.ts";
import { MODEL, photoSaid, storeOf } from "./testing.ts";

const SETTING = { kind: "setting", id: "", presets: [{ name: "caffe2" }], models: [], limit_bytes: 1, abilities: [] };
const samples = ["coffee"].map((name) => ({ name, title: name }));
const PAGE = "https://host/page.html";

/** A page with the photo "p" on the stage; `open`: what its address says as it comes. */
async function page({ open = "", traits = {} }: { open?: string; traits?: Partial<Traits> } = {}) {
  const usual = { sort: "index", palette: "ember", view: "original", ablation_fill: "zero" } as const;
  const off = { cam: false, comparing: false, explaining: false, kernels: false };
  const made = storeOf({ ...usual, ...off, ...traits });
  if (open !== "-") made.store.links.follow(`${PAGE}${open}`);
  made.say({ ...SETTING, samples });
  made.say({ ...MODEL, preprocessing: "caffe2" });
  made.say(...photoSaid("p", [1, 3, 2]));
  await soon(() => expect(made.store.photos.photo()?.id).toBe("p"));
  return made;
}

test("a page opens what its address says, and another address opens what that says", async () => {
  const { store } = await page({ open: "#layer=conv2&channel=1&cell=0,0&class=2&palette=magma" });
  const now = () => (["layer", "channel", "class_index", "palette"] as const).map((name) => store.traits.get(name));
  expect(now()).toEqual(["conv2", 1, 2, "magma"]);
  store.links.follow(`${PAGE}#layer=conv1`);
  expect(now()).toEqual(["conv1", null, null, "ember"]);
  expect(store.links.problems()).toEqual([]);
});

test("without anything behind # it is again as it came", async () => {
  const { store } = await page({ traits: { layer: "conv2" } });
  store.links.follow(`${PAGE}#layer=conv1&class=2`);
  store.links.follow(PAGE);
  expect([store.traits.get("layer"), store.traits.get("class_index")]).toEqual(["conv2", null]);
});

test("what cannot be is told, until that is dismissed or another link is followed", async () => {
  const { store } = await page({ open: "#layer=nowhere&class=1&photo=mine.jpg&x=y" });
  expect(store.links.problems()).toHaveLength(3);
  expect(store.traits.get("class_index")).toBe(1);
  expect(store.traits.get("photo")).toBe("p");
  store.links.dismiss();
  expect(store.links.problems()).toEqual([]);
});

test("a photo that is on the page is put on the stage, and a sample is asked for", async () => {
  const { store, asked, say } = await page();
  say(...photoSaid("q", [1, 2, 3]));
  await soon(() => expect(store.photos.called("q")).not.toBeNull());
  store.links.follow(`${PAGE}#photo=q`);
  expect(store.traits.get("photo")).toBe("q");
  store.links.follow(`${PAGE}#photo=coffee`);
  expect(asked("sample").map(({ name }) => name)).toEqual(["coffee"]);
});

test("a link says the very number, and opens it elsewhere", async () => {
  const { store } = await page();
  store.traits.set({ layer: "conv2", class_index: 2 });
  const { text, missing } = store.links.copied();
  expect(text).toBe(`${PAGE}#photo=p&layer=conv2&channel=0&cell=0,0&class=2`);
  expect(missing).toEqual([]);
  const other = await page({ open: text.slice(PAGE.length) });
  expect([other.store.traits.get("layer"), other.store.traits.get("class_index")]).toEqual(["conv2", 2]);
  expect(other.store.links.problems()).toEqual([]);
});

test("a channel has a link of its own, whatever is chosen", async () => {
  const { store } = await page();
  const link = store.links.ofChannel("conv2", 1);
  expect(link).toBe(`${PAGE}#layer=conv2&channel=1`);
  const other = await page({ open: link.slice(PAGE.length) });
  expect([other.store.traits.get("layer"), other.store.traits.get("channel")]).toEqual(["conv2", 1]);
  expect((await page({ open: "-" })).store.links.ofChannel("conv2", 1)).toBe("");
});

test("a switch that was on as the page came, and is off, is off elsewhere too", async () => {
  const { store } = await page({ traits: { kernels: true } });
  store.traits.set({ kernels: false });
  expect(store.links.copied().text).toMatch(/&show=$/);
});

test("a photo of one's own, and a preprocessing, are not in a link, and it says so", async () => {
  const { store, say } = await page();
  say(...photoSaid("mine", [1, 2, 3]));
  await soon(() => expect(store.photos.called("mine")).not.toBeNull());
  store.traits.set({ photo: "mine", preset: "yours" });
  const { text, missing } = store.links.copied();
  expect(text).not.toMatch(/mine|yours/);
  expect(missing).toEqual(["your own preprocessing", "your own photo"]);
});

test("in a notebook it is a line of Python", async () => {
  const { store } = await page({ open: "-" });
  expect(store.links.hasAddress()).toBe(false);
  store.traits.set({ class_index: 2, palette: "magma" });
  const { text, missing } = store.links.copied();
  expect(text).toBe('sv.explore("p", layer="conv1", channel=0, cell=(0, 0), class_index=2, palette="magma")');
  expect(missing).toEqual(["where “p” lies: write its path in place of it", expect.stringMatching(/^the model/)]);
});

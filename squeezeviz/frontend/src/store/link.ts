/**
 * What is chosen on a page, as the part of an address behind "#", and back. Whoever has a page open may have any such
 * address: what cannot be read is named, and the rest is honoured. Nothing here knows what the page has: see linked.ts.
 */
import type { Traits } from "../protocol.ts";

/** What a link can say. */
export interface Linked {
  /** A photo's name; photos of one's own are not in a link. */
  photo?: string;
  /** The model's name, where another than the page's may answer. */
  model?: string;
  traits: Partial<Traits>;
}

/** What a link says, and in words what of it could not be read. */
export interface Read extends Linked {
  problems: string[];
}

const MOST_CHARACTERS = 4096;
const MOST_NAME = 255;
const MOST_LISTED = 64;
const LARGEST = 2 ** 31 - 1;

/** Switches of `show=`: what is open on the page. */
const SHOWN = { why: "explaining", map: "cam", "side-by-side": "comparing", kernels: "kernels" } as const;

/** The first of each is the usual one. */
const CHOICES = {
  fill: ["ablation_fill", ["zero", "mean"]],
  sort: ["sort", ["index", "mean", "max", "sparsity"]],
  scale: ["scale", ["channel", "layer"]],
  palette: ["palette", ["ember", "viridis", "magma"]],
  view: ["view", ["original", "seen"]],
} as const satisfies { [key: string]: readonly [keyof Traits, readonly string[]] };

class Unread extends Error {}

type Reading = (texts: string[]) => Partial<Traits>;

const NAMES = ["photo", "model"] as const;

/** By key: what a link may say beside these. Links that pages write have the same order. */
const PARTS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ["preprocessing", (texts) => ({ preset: name(one(texts)) })],
  ["layer", (texts) => ({ layer: name(one(texts)) })],
  ["channel", (texts) => ({ channel: index(one(texts)) })],
  ["cell", (texts) => ({ cell: cell(one(texts)) })],
  ["class", (texts) => ({ class_index: indexOrNone(one(texts)) })],
  ["contrast", (texts) => ({ contrast_class: indexOrNone(one(texts)) })],
  ["pinned", (texts) => ({ pinned: one(texts) ? indices(one(texts)) : [] })],
  ["open", (texts) => ({ opened: few(texts).map(step) })],
  ["ablated", (texts) => ({ ablated: ablated(few(texts)) })],
  ["show", (texts) => shown(one(texts))],
  ...Object.entries(CHOICES).map(([key, [trait, values]]): [string, Reading] => [
    key,
    (texts) => ({ [trait]: choice(one(texts), values) }),
  ]),
]);

/** @param hash With or without its "#". */
export function readLink(hash: string): Read {
  const text = hash.replace(/^#/, "");
  const found: Read = { traits: {}, problems: [] };
  if (text.length > MOST_CHARACTERS) {
    found.problems.push(`the link has ${text.length} characters, expected at most ${MOST_CHARACTERS}`);
    return found;
  }
  for (const [key, texts] of partsOf(text, found.problems)) {
    try {
      read(key, texts, found);
    } catch (problem) {
      if (!(problem instanceof Unread)) throw problem;
      found.problems.push(`${quoted(key)}: ${problem.message}`);
    }
  }
  return found;
}

function read(key: string, texts: string[], into: Read): void {
  const known = NAMES.find((each) => each === key);
  if (known) into[known] = name(one(texts));
  else {
    const part = PARTS.get(key);
    if (!part) throw new Unread(`no part of a link is called so; there are ${[...NAMES, ...PARTS.keys()].join(", ")}`);
    Object.assign(into.traits, part(texts));
  }
}

/** @returns Without "#". What is not said is left out; what is nothing, such as no pinned class, is said as "pinned=". */
export function writeLink({ photo, model, traits }: Linked): string {
  const { preset, layer, channel, cell, class_index, contrast_class, pinned, opened, ablated } = traits;
  const steps = opened && orEmpty(opened.map((each) => `${each.layer}:${each.channel}:${each.cell.join(",")}`));
  const without = ablated && orEmpty(Object.entries(ablated).map(([at, channels]) => `${at}:${channels.join(",")}`));
  const flags = Object.entries(SHOWN);
  const open = flags.flatMap(([word, trait]) => (traits[trait] ? [word] : []));
  const parts: [string, string | number | null | undefined][] = [
    ["photo", photo],
    ["model", model],
    ["preprocessing", preset],
    ["layer", layer],
    ["channel", channel],
    ["cell", cell?.join(",")],
    ["class", class_index],
    ["contrast", contrast_class],
    ["pinned", pinned?.join(",")],
    ...(steps ?? []).map((each): [string, string] => ["open", each]),
    ...(without ?? []).map((each): [string, string] => ["ablated", each]),
    ["show", flags.some(([, trait]) => traits[trait] !== undefined) ? open.join(",") : undefined],
    ...Object.entries(CHOICES).map(([key, [trait]]): [string, string | undefined] => [key, traits[trait]]),
  ];
  return parts
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${encoded(`${value ?? ""}`)}`]))
    .join("&");
}

/** What a page has where nobody has chosen anything. */
export const USUAL: Partial<Traits> = Object.fromEntries(
  Object.values(CHOICES).map(([trait, values]) => [trait, values[0]]),
);

/** Traits that are said together, or not at all. */
export const SWITCHES: readonly (keyof Traits)[] = Object.values(SHOWN);

const orEmpty = (texts: string[]): string[] => (texts.length ? texts : [""]);

/** What was given, in a sentence: as short as that allows, and every character to be seen. */
export function quoted(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "�");
  const letters = [...plain];
  return `“${letters.length > 60 ? `${letters.slice(0, 60).join("")}…` : plain}”`;
}

/** Percent-encoded, but for what every address may have, so that people can read it. */
const encoded = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Cs}/gu, "�")).replace(/%(2F|2C|3A)/g, decodeURIComponent);

/** By key, in their order. Separators that a mail program has encoded are read as well: values are split when decoded. */
function partsOf(text: string, problems: string[]): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  for (const part of text.split("&").filter(Boolean)) {
    const at = part.indexOf("=");
    const [key, value] = at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
    try {
      const known = decodeURIComponent(key);
      parts.set(known, [...(parts.get(known) ?? []), decodeURIComponent(value)]);
    } catch {
      problems.push(`${quoted(part)}: is not percent-encoded as addresses are`);
    }
  }
  return parts;
}

function one(texts: string[]): string {
  if (texts.length > 1) throw new Unread(`is there ${texts.length} times, expected once`);
  return texts[0] as string;
}

/** Without the empty one, which says that there is none. */
function few(texts: string[]): string[] {
  if (texts.length > MOST_LISTED) throw new Unread(`is there ${texts.length} times, expected at most ${MOST_LISTED}`);
  return texts.filter(Boolean);
}

function name(text: string): string {
  if (!text || text.length > MOST_NAME) throw new Unread(`expected a name of 1 to ${MOST_NAME} characters`);
  return text;
}

function index(text: string): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > LARGEST)
    throw new Unread(`expected a whole number from 0, got ${quoted(text)}`);
  return Number(text);
}

const indexOrNone = (text: string): number | null => (text === "" ? null : index(text));

function indices(text: string): number[] {
  const parts = text.split(",");
  if (parts.length > MOST_LISTED) throw new Unread(`expected at most ${MOST_LISTED} numbers, got ${parts.length}`);
  return [...new Set(parts.map(index))];
}

function cell(text: string): [number, number] {
  const [y, x, ...more] = text.split(",");
  if (y === undefined || x === undefined || more.length)
    throw new Unread(`expected two numbers, y,x, got ${quoted(text)}`);
  return [index(y), index(x)];
}

/** A layer's name may have colons; what follows the last ones has none. */
function step(text: string): Traits["opened"][number] {
  const [, layer, channel, at] = /^(.+):([^:]*):([^:]*)$/s.exec(text) ?? [];
  if (layer === undefined || channel === undefined || at === undefined)
    throw new Unread(`expected LAYER:CHANNEL:Y,X, got ${quoted(text)}`);
  return { layer: name(layer), channel: index(channel), cell: cell(at) };
}

function ablated(texts: string[]): Record<string, number[]> {
  const found = texts.map((text): [string, number[]] => {
    const [, layer, channels] = /^(.+):([^:]*)$/s.exec(text) ?? [];
    if (layer === undefined || channels === undefined)
      throw new Unread(`expected LAYER:CHANNEL,CHANNEL,…, got ${quoted(text)}`);
    return [name(layer), indices(channels)];
  });
  return Object.fromEntries(found);
}

function shown(text: string): Partial<Traits> {
  const words = text.split(",").filter(Boolean);
  for (const word of words) choice(word, Object.keys(SHOWN));
  return Object.fromEntries(Object.entries(SHOWN).map(([word, trait]) => [trait, words.includes(word)]));
}

function choice(text: string, values: readonly string[]): string {
  if (!values.includes(text)) throw new Unread(`expected one of ${values.join(", ")}, got ${quoted(text)}`);
  return text;
}

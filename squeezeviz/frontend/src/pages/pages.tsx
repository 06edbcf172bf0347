import type { VNode } from "preact";
import { Explorer } from "./explorer.tsx";
import { Predictor } from "./predictor.tsx";
import { Single } from "./single.tsx";

/** The page of a name: one of the whole ones, or a view alone. @param root The page's own element. */
export function pageOf(name: string, root: HTMLElement): VNode {
  if (name === "explorer") return <Explorer root={root} />;
  return name === "predictor" ? <Predictor root={root} /> : <Single root={root} name={name} />;
}

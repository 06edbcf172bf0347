/** What a pointer does to the photo: brushing, drawing or sizing a rectangle, or moving it. */
import type { At } from "../../store/boxes.ts";
import type { Edit } from "../../store/edit.ts";
import type { Tools } from "../../store/tools.ts";
import { type Grasp, graspOf, kept, spanned } from "./layout.ts";

export class Hand {
  readonly #edit: Edit;
  readonly #tools: Tools;
  #doing: { what: "brush" } | Grasp | null = null;

  constructor(edit: Edit, tools: Tools) {
    this.#edit = edit;
    this.#tools = tools;
  }

  /** @param zoom CSS pixels to a pixel of the photo. */
  press(point: At, zoom: number): void {
    const drawing = this.#edit.drawing();
    if (!drawing) return;
    if (this.#tools.chosen().shape === "brush") {
      this.#doing = { what: "brush" };
      return drawing.press(this.#tools.ink(), this.#tools.size(), point);
    }
    const grasp = graspOf(drawing.floating(), point, zoom);
    if (!grasp) drawing.end(); // another one begins
    this.#doing = grasp ?? { what: "size", from: point };
  }

  /** @param points Where it has been since; the last is where it is. */
  move(points: At[]): void {
    const [drawing, doing, point] = [this.#edit.drawing(), this.#doing, points.at(-1)];
    if (!drawing || !doing || !point) return;
    if (doing.what === "brush") {
      for (const each of points) drawing.move(each, this.#tools.size());
    } else if (doing.what === "move") {
      const [left, top, width, height] = doing.was;
      const moved = [left + point[0] - doing.from[0], top + point[1] - doing.from[1]] as const;
      drawing.rectangle(this.#tools.ink(), kept([...moved, width, height], drawing));
    } else drawing.rectangle(this.#tools.ink(), spanned(doing.from, point));
  }

  release(): void {
    if (this.#doing?.what === "brush") this.#edit.drawing()?.end();
    this.#doing = null;
  }

  cancel(): void {
    if (this.#doing) this.#edit.drawing()?.cancel();
    this.#doing = null;
  }

  /** What it did is of another photo. */
  drop(): void {
    this.#doing = null;
  }
}

/** The state that a view looks at, as the view's host hands it out; or why there is none, in a sentence. */
import type { Model } from "../host/comm.ts";

export interface ViewModel {
  get(name: "state" | "view"): string;
  /** Not every host of anywidgets has one. */
  widget_manager?: { get_model(id: string): Promise<Model> };
}

const UNLINKED =
  "This host does not link widgets, so that the page cannot reach its photos and its network. Open the notebook in JupyterLab, " +
  "Jupyter Notebook, Voilà or a newer marimo; or write the page as one HTML file, which works anywhere: squeezeviz export.";
const GONE =
  "The page's state is not here: the kernel was restarted, or the page was closed. To have it again, run the cell again.";

/** @throws An `Error` whose message is for whoever looks at the page. */
export async function stateOf(view: ViewModel): Promise<Model> {
  const manager = view.widget_manager;
  if (!manager) throw new Error(UNLINKED);
  try {
    return await manager.get_model(view.get("state").replace("IPY_MODEL_", ""));
  } catch (cause) {
    throw new Error(GONE, { cause });
  }
}

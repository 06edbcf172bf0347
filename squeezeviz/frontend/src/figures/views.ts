/** What a page without Python draws as a figure. */
export const FIGURE_VIEWS = ["explorer", "maps", "photo", "prediction", "channel"] as const;
export const FIGURE_FORMATS = ["svg", "png"] as const;

export type FigureView = (typeof FIGURE_VIEWS)[number];
export type FigureFormat = (typeof FIGURE_FORMATS)[number];

export const isFigureView = (view: string): view is FigureView => (FIGURE_VIEWS as readonly string[]).includes(view);
export const isFigureFormat = (name: string): name is FigureFormat =>
  (FIGURE_FORMATS as readonly string[]).includes(name);

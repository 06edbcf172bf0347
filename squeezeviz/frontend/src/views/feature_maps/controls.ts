/** What the page's keys do where maps or kernels are shown. */
export interface MapsControls {
  /** Choose the channel so many columns and rows away, in the order shown. */
  move(dx: number, dy: number): void;
}

/** Where the focus goes when what has it is closed: to the page, whose keys then work. */
export function toPage(element: HTMLElement | null): void {
  element?.closest<HTMLElement>(".sqv")?.focus({ preventScroll: true });
}

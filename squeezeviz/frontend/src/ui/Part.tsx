import { Component, type ComponentChildren } from "preact";

interface Props {
  children?: ComponentChildren;
}

/** A part of a page that others point at, or bring into sight: `elementOf` a reference to it is the view's element. */
export class Part extends Component<Props> {
  /** Preact's own: the first node that is rendered. */
  declare base?: Element | Text | null;

  override render() {
    return this.props.children;
  }
}

export const elementOf = ({ current: part }: { current: Part | null }): Element | null =>
  part?.base instanceof Element ? part.base : null;

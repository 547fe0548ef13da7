/** A page that fails leaves the frame standing: calls still pop up, and one can go elsewhere or try again. */

import { Component, type ReactNode } from "react";

import { Failure } from "./Failure";

interface Props {
  /** A new place is a new chance. */
  place: string;
  children: ReactNode;
}

interface State {
  error: unknown;
  place: string;
}

export class Mishap extends Component<Props, State> {
  override state: State = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): Partial<State> | null {
    return place === state.place ? null : { error: null, place };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    // After an update of the server the page's old parts are gone; only loading it anew helps.
    return <Failure error={this.state.error} retry={() => window.location.reload()} />;
  }
}

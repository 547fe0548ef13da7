/** What is being written of a menu: kept in the browser until it is published, with undo. */

import { useCallback, useEffect, useState } from "react";

import type { MenuSettingsPart } from "../api/schema";

const MAX_PAST = 100;

interface Kept {
  text: string;
  /** The published version that the draft was made from. */
  version: number;
}

interface State extends Kept {
  past: string[];
  future: string[];
}

export interface Draft {
  text: string;
  version: number;
  isChanged: boolean;
  canUndo: boolean;
  canRedo: boolean;
  write: (text: string) => void;
  undo: () => void;
  redo: () => void;
  /** Forget the draft: from here on `part` counts. */
  follow: (part: MenuSettingsPart) => void;
}

const keyOf = (name: string) => `centralita.menu.${name}`;

function begin(part: MenuSettingsPart): State {
  const fresh = { text: part.value.text, version: part.version, past: [], future: [] };
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(part.name)) ?? "null") as Kept | null;
    return kept && typeof kept.text === "string" && typeof kept.version === "number" ? { ...fresh, ...kept } : fresh;
  } catch {
    return fresh;
  }
}

export function useDraft(part: MenuSettingsPart): Draft {
  const [state, setState] = useState<State>(() => begin(part));
  const isChanged = state.text !== part.value.text;
  useEffect(() => {
    if (isChanged) localStorage.setItem(keyOf(part.name), JSON.stringify({ text: state.text, version: state.version }));
    else localStorage.removeItem(keyOf(part.name));
  }, [isChanged, part.name, state.text, state.version]);
  const write = useCallback((text: string) => {
    setState((now) => (text === now.text ? now : { ...now, text, past: [...now.past, now.text].slice(-MAX_PAST), future: [] }));
  }, []);
  const undo = useCallback(() => {
    setState((now) => {
      const text = now.past.at(-1);
      return text === undefined ? now : { ...now, text, past: now.past.slice(0, -1), future: [now.text, ...now.future] };
    });
  }, []);
  const redo = useCallback(() => {
    setState((now) => {
      const [text, ...future] = now.future;
      return text === undefined ? now : { ...now, text, past: [...now.past, now.text], future };
    });
  }, []);
  const follow = useCallback((published: MenuSettingsPart) => {
    setState({ text: published.value.text, version: published.version, past: [], future: [] });
  }, []);
  return { ...state, isChanged, canUndo: state.past.length > 0, canRedo: state.future.length > 0, write, undo, redo, follow };
}

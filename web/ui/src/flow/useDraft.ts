/** What is being written of a menu: kept in the browser until it is published, with undo. */

import { useCallback, useEffect, useRef, useState } from "react";

import type { MenuSettingsPart } from "../api/schema";

const MAX_PAST = 100;
/** What is typed at one place without a longer pause is undone at once. */
const PAUSE_MS = 1500;

interface Kept {
  text: string;
  /** The published version that the draft was made from, and its text. */
  version: number;
  base: string;
}

interface State extends Kept {
  past: Kept[];
  future: Kept[];
}

const kept = ({ text, version, base }: Kept): Kept => ({ text, version, base });

export interface Draft extends Kept {
  isChanged: boolean;
  canUndo: boolean;
  canRedo: boolean;
  /** `place`: where in the menu the change is; a change there soon after it is one with it. */
  write: (text: string, place?: string) => void;
  undo: () => void;
  redo: () => void;
  /** Forget the draft: from here on `part` counts. */
  follow: (part: MenuSettingsPart) => void;
  /** Go on with `text` as a change of what `part` says. */
  continueOn: (part: MenuSettingsPart, text: string) => void;
}

const keyOf = (name: string) => `centralita.menu.${name}`;
const fresh = (part: MenuSettingsPart): State => ({
  text: part.value.text,
  version: part.version,
  base: part.value.text,
  past: [],
  future: [],
});

function begin(part: MenuSettingsPart): State {
  try {
    const found = JSON.parse(localStorage.getItem(keyOf(part.name)) ?? "null") as Kept | null;
    const isWhole =
      found && typeof found.text === "string" && typeof found.version === "number" && typeof found.base === "string";
    return isWhole ? { ...fresh(part), ...kept(found) } : fresh(part);
  } catch {
    return fresh(part);
  }
}

export function useDraft(part: MenuSettingsPart): Draft {
  const [state, setState] = useState<State>(() => begin(part));
  const last = useRef<{ place: string; at: number } | null>(null);
  const isChanged = state.text !== state.base;
  useEffect(() => {
    if (isChanged)
      localStorage.setItem(
        keyOf(part.name),
        JSON.stringify({ text: state.text, version: state.version, base: state.base }),
      );
    else localStorage.removeItem(keyOf(part.name));
  }, [isChanged, part.name, state.text, state.version, state.base]);
  // Who has changed nothing sees what others publish.
  useEffect(() => {
    setState(now => (now.text === now.base && part.version > now.version ? fresh(part) : now));
  }, [part]);
  const write = useCallback((text: string, place = "") => {
    const at = Date.now();
    const isOne = place !== "" && last.current?.place === place && at - last.current.at < PAUSE_MS;
    last.current = { place, at };
    setState(now =>
      text === now.text
        ? now
        : { ...now, text, past: isOne ? now.past : [...now.past, kept(now)].slice(-MAX_PAST), future: [] },
    );
  }, []);
  const undo = useCallback(() => {
    last.current = null;
    setState(now => {
      const before = now.past.at(-1);
      return before === undefined
        ? now
        : { ...before, past: now.past.slice(0, -1), future: [kept(now), ...now.future] };
    });
  }, []);
  const redo = useCallback(() => {
    last.current = null;
    setState(now => {
      const [after, ...future] = now.future;
      return after === undefined ? now : { ...after, past: [...now.past, kept(now)], future };
    });
  }, []);
  const follow = useCallback((published: MenuSettingsPart) => setState(fresh(published)), []);
  const continueOn = useCallback((published: MenuSettingsPart, text: string) => {
    last.current = null;
    setState(now => ({ ...fresh(published), text, past: [...now.past, kept(now)].slice(-MAX_PAST) }));
  }, []);
  return {
    ...state,
    isChanged,
    canUndo: state.past.length > 0,
    canRedo: state.future.length > 0,
    write,
    undo,
    redo,
    follow,
    continueOn,
  };
}

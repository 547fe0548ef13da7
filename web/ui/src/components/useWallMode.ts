/** The wall without chrome, over the whole screen where the browser allows it; it stands in the address. */

import { useCallback, useEffect } from "react";
import { useSearchParams } from "react-router";

export function useWallMode(): { full: boolean; toggle: () => void } {
  const [address, setAddress] = useSearchParams();
  const full = address.get("wall") === "1";
  const set = useCallback(
    (on: boolean) =>
      setAddress(
        before => {
          const after = new URLSearchParams(before);
          if (on) after.set("wall", "1");
          else after.delete("wall");
          return after;
        },
        { replace: true },
      ),
    [setAddress],
  );
  useEffect(() => {
    if (!full) return;
    const left = () => document.fullscreenElement === null && set(false);
    const escape = (event: KeyboardEvent) => event.key === "Escape" && set(false);
    document.addEventListener("fullscreenchange", left);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("fullscreenchange", left);
      document.removeEventListener("keydown", escape);
    };
  }, [full, set]);
  const toggle = useCallback(() => {
    if (full) {
      if (document.fullscreenElement !== null) void document.exitFullscreen();
      set(false);
    } else {
      // Some browsers refuse; the page without chrome is of use all the same.
      document.documentElement.requestFullscreen?.().catch(() => undefined);
      set(true);
    }
  }, [full, set]);
  return { full, toggle };
}

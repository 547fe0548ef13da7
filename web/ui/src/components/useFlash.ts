/** A short highlight on what has just changed; none when the system asks for calm. */

import { useEffect, useRef, type RefObject } from "react";

const MS = 700;

export function useFlash<E extends HTMLElement>(value: unknown): RefObject<E | null> {
  const element = useRef<E>(null);
  const before = useRef(value);
  useEffect(() => {
    if (before.current === value) return;
    before.current = value;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    element.current?.animate(
      [{ boxShadow: "0 0 0 3px var(--mantine-primary-color-filled)" }, { boxShadow: "0 0 0 3px transparent" }],
      MS,
    );
  }, [value]);
  return element;
}

/** The keys of the whole page; none of them while one types. */

import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";

import type { PageLink } from "../pages/pages";

const CHORD_MS = 1200;

interface Keys {
  pages: PageLink[];
  palette: () => void;
  help: () => void;
}

export function useKeys({ pages, palette, help }: Keys): void {
  const navigate = useNavigate();
  const goes = useRef(0);
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isCovered()) return;
      const page = pages.find(one => one.key === event.key.toLowerCase());
      if (page && Date.now() - goes.current < CHORD_MS) void navigate(page.path);
      else if (event.key === "?") help();
      else if (event.key === "/") focusSearch(event);
      else if (event.key === "f") document.querySelector<HTMLElement>("[data-full-screen]")?.click();
      goes.current = event.key === "g" ? Date.now() : 0;
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [pages, palette, help, navigate]);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function isCovered(): boolean {
  return document.querySelector("[role=dialog]") !== null;
}

function focusSearch(event: KeyboardEvent): void {
  const search = document.querySelector<HTMLInputElement>("[data-search]");
  if (search === null) return;
  event.preventDefault();
  search.focus();
  search.select();
}

/** The keyboard's place when what had the focus is taken away, or could not be pressed for a moment. */

import { useEffect } from "react";

const pathOf = (element: Element | null): Element[] =>
  element === null ? [] : [element, ...pathOf(element.parentElement)];

/** Back to what opened a dialog that is gone; else to the nearest part of the page that is still there. */
export function useKeptFocus(): void {
  useEffect(() => {
    let path: Element[] = [];
    let opener: Element | undefined;
    const entered = ({ target }: FocusEvent) => {
      if (!(target instanceof Element)) return;
      const dialog = target.closest("[role=dialog]");
      if (dialog && path[0] && !dialog.contains(path[0])) opener = path[0];
      path = pathOf(target);
    };
    // Who clicks beside everything wants no focus; what is taken away or disabled is left, too, but not by anybody.
    const left = ({ target }: FocusEvent) =>
      queueMicrotask(() => {
        if (target === path[0] && path[0]?.isConnected && !path[0].matches(":disabled")) path = [];
      });
    const observer = new MutationObserver(() => {
      const [lost] = path;
      if (lost === undefined || document.activeElement !== document.body) return;
      if (lost.isConnected && lost.matches(":disabled")) return;
      const wasDialog = path.some(one => !one.isConnected && one.role === "dialog");
      const part = path.find(one => one.isConnected && one.childElementCount > 0 && one.closest("main, [role=dialog]"));
      const before = lost.isConnected ? lost : wasDialog && opener?.isConnected ? opener : null;
      const place = before ?? part ?? document.getElementById("content");
      path = [];
      if (!(place instanceof HTMLElement)) return;
      if (before === null && !place.hasAttribute("tabindex")) {
        place.tabIndex = -1;
        place.classList.add("quiet-focus");
      }
      place.focus({ preventScroll: true });
    });
    document.addEventListener("focusin", entered);
    document.addEventListener("focusout", left);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener("focusin", entered);
      document.removeEventListener("focusout", left);
      observer.disconnect();
    };
  }, []);
}

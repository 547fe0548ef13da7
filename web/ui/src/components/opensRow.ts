import type { MouseEvent } from "react";

/**
 * A click anywhere in a row does what its first link or button does, for whoever uses a mouse.
 *
 * Not where another control was meant, and not when text of the row has been selected to be copied.
 */
export function opensRow(event: MouseEvent<HTMLElement>) {
  const row = event.currentTarget;
  const at = event.target as Element;
  // React tells a row also of clicks in the dialogs and menus that its cells have opened elsewhere on the page.
  if (!row.contains(at) || at.closest("a, button, input, [role=slider]") || getSelection()?.toString()) return;
  row.querySelector<HTMLElement>("a, button")?.click();
}

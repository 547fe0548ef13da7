/** The telephone's keys: Enter answers, Esc declines, M mutes, H holds, E ends, S swaps, T transfers,
 * P parks, R pauses the recording, K opens the keypad; none of them while one types. */

import { useEffect } from "react";

import { softphone } from "../softphone/softphone";
import { ringing, taken } from "../softphone/useSoftphone";

export function usePhoneKeys(): void {
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isElsewhere(event.target)) return;
      if (act(event.key, event.target)) {
        event.preventDefault();
        event.stopPropagation();
      }
    }
    // Before the page's own keys: Esc closes something else only when nobody rings.
    document.addEventListener("keydown", press, { capture: true });
    return () => document.removeEventListener("keydown", press, { capture: true });
  }, []);
}

function act(key: string, target: EventTarget | null): boolean {
  const { lines, current } = softphone.look();
  const [calling] = ringing(lines);
  if (calling && key === "Escape") softphone.hangUp(calling.id);
  else if (calling && key === "Enter" && !isControl(target)) softphone.answer(calling.id);
  else {
    const line = taken(lines).find(({ id, state }) => id === current && state !== "ended");
    if (line === undefined || (key !== "e" && line.state !== "talking")) return false;
    if (key === "m") line.call.mute(!line.isMuted);
    else if (key === "h" && line.isOnHold) softphone.speakOn(line.id);
    else if (key === "h") line.call.hold(true);
    else if (key === "e") softphone.hangUp(line.id);
    else if (key === "s") swap(line.id);
    else if (KEYS_OF_BUTTONS.has(key)) return !isOfRow(target, key) && pressButton(key);
    else return false;
  }
  return true;
}

/** What the buttons of the call bar do is theirs: the keys press them. */
const KEYS_OF_BUTTONS = new Set(["p", "t", "r", "k"]);

/** On a row of the wall a letter is first of all its own: T takes that call over. */
function isOfRow(target: EventTarget | null, key: string): boolean {
  const row = target instanceof HTMLElement ? target.closest("tr") : null;
  return row !== null && row.querySelector(`[aria-keyshortcuts="${key.toUpperCase()}"]`) !== null;
}

function pressButton(key: string): boolean {
  const button = document.querySelector<HTMLButtonElement>(
    `[data-testid=call-bar] button[aria-keyshortcuts="${key.toUpperCase()}"]`,
  );
  button?.click();
  return button !== null;
}

function swap(current: number): void {
  const other = softphone.look().lines.find(({ id, state }) => id !== current && state === "talking");
  if (other) softphone.speakOn(other.id);
}

/** Typing, or in a window above the page. */
function isElsewhere(target: EventTarget | null): boolean {
  const typing =
    target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
  return typing || document.querySelector("[role=dialog][aria-modal=true]") !== null;
}

/** Something that Enter presses by itself. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("a, button, [role=option], [role=menuitem]");
}

/** What a call shows. Its controls are loaded before the first call comes: a network that stumbles then takes none away. */

import { lazy } from "react";

const bar = () => import("./CallBar");
const stage = () => import("./CallStage");

export const CallBar = lazy(bar);
export const CallStage = lazy(stage);
export const CallDesk = lazy(() => import("./CallDesk"));
export const Script = lazy(() => import("./Script"));

/** What cannot be loaded now is asked for again when a call needs it. */
export function loadControls(): void {
  for (const part of [bar, stage]) part().catch(() => undefined);
}

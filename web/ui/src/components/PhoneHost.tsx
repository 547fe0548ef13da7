/** Keeps this browser's telephone alive while somebody is signed in. */

import { useEffect } from "react";

import { useLive } from "../live/session";
import { softphone } from "../softphone/softphone";
import { useSoftphone } from "../softphone/useSoftphone";
import { useSpeech } from "../text/language";
import { loadControls } from "./callParts";
import { usePhoneKeys } from "./usePhoneKeys";

const SETTLED_MS = 2000;

export function PhoneHost() {
  const { session } = useLive();
  const login = session?.login;
  const { language } = useSpeech();
  const { on, push } = useSoftphone().settings;
  usePhoneKeys();
  useEffect(() => (login === undefined ? undefined : softphone.attend(login)), [login]);
  useEffect(() => {
    // Without a way to the push service calls come as long as the page is open, as without pushes.
    if (login !== undefined && on && push)
      void import("../softphone/push").then(({ renewPush }) => renewPush(language)).catch(() => undefined);
  }, [login, on, push, language]);
  useEffect(() => {
    if (login === undefined) return undefined;
    const settled = window.setTimeout(loadControls, SETTLED_MS);
    return () => window.clearTimeout(settled);
  }, [login]);
  return null;
}

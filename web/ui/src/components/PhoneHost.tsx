/** Keeps this browser's telephone alive while somebody is signed in, and warns before a page with a call is closed. */

import { useEffect } from "react";

import { softphone } from "../softphone/softphone";
import { useSoftphone } from "../softphone/useSoftphone";
import { usePhoneKeys } from "./usePhoneKeys";

export function PhoneHost() {
  const { lines } = useSoftphone();
  const inCall = lines.some(({ state }) => state === "talking");
  usePhoneKeys();
  useEffect(() => softphone.attend(), []);
  useEffect(() => {
    if (!inCall) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [inCall]);
  return null;
}

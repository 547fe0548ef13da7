/** Keeps this browser's telephone alive while somebody is signed in. */

import { useEffect } from "react";

import { useLive } from "../live/session";
import { softphone } from "../softphone/softphone";
import { usePhoneKeys } from "./usePhoneKeys";

export function PhoneHost() {
  const { session } = useLive();
  const login = session?.login;
  usePhoneKeys();
  useEffect(() => (login === undefined ? undefined : softphone.attend(login)), [login]);
  return null;
}

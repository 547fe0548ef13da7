/** What a new installation still needs. */

import { useQuery } from "@tanstack/react-query";

import { get } from "../api/client";

export interface SetupState {
  company: boolean;
  administrator: boolean;
  number: boolean;
  colleague: boolean;
  device: boolean;
  test_call: boolean;
}

export function useSetup(enabled: boolean, lookAgainMs?: number) {
  return useQuery({
    queryKey: ["setup"],
    queryFn: () => get<SetupState>("/system/setup"),
    enabled,
    ...(lookAgainMs ? { refetchInterval: lookAgainMs } : {}),
  });
}

/** Whether something of it is still to be done that calls need. */
export const isNewCompany = (setup: SetupState) =>
  !(setup.company && setup.administrator && setup.number && setup.colleague);

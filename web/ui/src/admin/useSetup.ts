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
  return useQuery({ queryKey: ["setup"], queryFn: () => get<SetupState>("/system/setup"), enabled, ...(lookAgainMs ? { refetchInterval: lookAgainMs } : {}) });
}

/** What is wrong with the text, asked of the server a moment after the last change. */

import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { post } from "../api/client";
import type { MenuFault, MenuFaults } from "../api/schema";

const PAUSE_MS = 250;

export function useFaults(name: string, text: string): MenuFault[] {
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  const { data } = useQuery({
    queryKey: ["menu-faults", name, settled],
    queryFn: () => post<MenuFaults>("/settings/menus/check", { name, text: settled }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  return data?.items ?? [];
}

/** Callbacks that wait, kept right by events, and what supervisors do with them. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { get, patch, remove } from "../api/client";
import type { Callback, Page } from "../api/types";
import { useFault } from "./actions";
import { inOrder } from "./callbackOrder";

const KEY = ["callbacks"];

export function useCallbacks() {
  return useQuery({
    queryKey: KEY,
    queryFn: () => get<Page<Callback>>("/callbacks"),
    select: page => inOrder(page.items),
  });
}

export function useCallbackChange(id: string) {
  const queries = useQueryClient();
  const settled = () => queries.invalidateQueries({ queryKey: KEY });
  const onError = useFault();
  const change = useMutation({
    mutationFn: (wish: { queue?: string; position?: number }) => patch<Callback>(`/callbacks/${id}`, wish),
    onError,
    onSettled: settled,
  });
  const cancel = useMutation({ mutationFn: () => remove<void>(`/callbacks/${id}`), onError, onSettled: settled });
  return { change, cancel };
}

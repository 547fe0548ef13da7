/** Recording a call, or pausing that as while a card number is read out: what the exchange says one may do now. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { ApiError, get, post } from "../api/client";
import type { RecordingState } from "../api/schema";
import { useFault } from "../live/actions";
import { useRights } from "../live/may";
import { useLive } from "../live/session";
import type { Line } from "../softphone/picture";
import { useCallBehind } from "./useCallName";

export interface RecordingSwitch {
  state: RecordingState["state"];
  /** What the button does; null: one may do nothing, and the state is only told. */
  next: "on" | "pause" | null;
  press: () => void;
}

const TRIES = 8;
const AGAIN_MS = 750;

/** Null when there is nothing to tell: the call is not recorded, and one may not change that. */
export function useRecordingSwitch(line: Line): RecordingSwitch | null {
  const { onEvent } = useLive();
  const { may } = useRights();
  const fault = useFault();
  const queries = useQueryClient();
  const id = useCallBehind(line)?.id ?? null;
  const { data } = useQuery({
    queryKey: ["recording-state", id],
    queryFn: () => get<RecordingState>(`/calls/${id}/recording`),
    enabled: id !== null && line.state === "talking" && may("calls.recording_state"),
    // The server's list of calls, and of who talks in them, follows the events by a moment.
    retry: (failures, error) =>
      failures < TRIES && error instanceof ApiError && (error.status === 403 || error.status === 404),
    retryDelay: AGAIN_MS,
    refetchInterval: ({ state: { data: told, dataUpdateCount } }) =>
      told?.state === "off" && told.allowed.length === 0 && dataUpdateCount < TRIES ? AGAIN_MS : false,
  });
  useEffect(
    () =>
      onEvent(({ call_id, type }) => {
        const isAboutIt = type.startsWith("recording.") || type === "call.answered" || type === "call.transferred";
        if ((call_id === id && isAboutIt) || type === "company.changed")
          void queries.invalidateQueries({ queryKey: ["recording-state", id] });
      }),
    [onEvent, queries, id],
  );
  const change = useMutation({
    mutationFn: (state: "on" | "pause") => post(`/calls/${id}/recording`, { state }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["recording-state", id] }),
    onError: fault,
  });
  if (data === undefined || line.state !== "talking") return null;
  const wanted = data.state === "on" ? "pause" : "on";
  const next = may("calls.recording") && data.allowed.includes(wanted) ? wanted : null;
  if (next === null && data.state === "off") return null;
  return { state: data.state, next, press: () => next !== null && change.mutate(next) };
}

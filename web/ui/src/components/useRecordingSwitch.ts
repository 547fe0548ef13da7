/** Pausing the recording of a call, as while a card number is read out. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { post } from "../api/client";
import { useFault } from "../live/actions";
import { useLive } from "../live/session";
import type { Line } from "../softphone/softphone";
import { useCallBehind } from "./useCallName";

const SETTLED_MS = 1500;

/** Null when the call is not recorded. */
export function useRecordingSwitch(line: Line): { paused: boolean; toggle: () => void } | null {
  const { onEvent } = useLive();
  const fault = useFault();
  const queries = useQueryClient();
  const call = useCallBehind(line);
  const id = call?.id ?? null;
  const [paused, setPaused] = useState(false);
  useEffect(
    () =>
      onEvent((event) => {
        if (event.call_id === id && event.type === "recording.paused") setPaused(true);
        if (event.call_id === id && (event.type === "recording.resumed" || event.type === "recording.started")) setPaused(false);
      }),
    [onEvent, id],
  );
  const recorded = Boolean(call?.recording_id);
  const awaited = line.state === "talking" && !recorded;
  useEffect(() => {
    if (!awaited) return;
    // The list of calls follows the event by a moment: what was read in between does not name the recording.
    const timer = setTimeout(() => void queries.invalidateQueries({ queryKey: ["calls", "live"] }), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [awaited, queries]);
  const change = useMutation({ mutationFn: (state: "on" | "pause") => post(`/calls/${id}/recording`, { state }), onError: fault });
  if (!recorded) return null;
  return { paused, toggle: () => change.mutate(paused ? "on" : "pause") };
}

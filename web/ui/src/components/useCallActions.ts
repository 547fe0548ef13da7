/** What one does to a call of this browser by the server's hand: park it, bring a second one in. */

import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { post } from "../api/client";
import type { Call, Page } from "../api/types";
import { useFault } from "../live/actions";
import { useLive } from "../live/session";
import { callBehind } from "../softphone/matching";
import type { Line } from "../softphone/softphone";
import { useSpeech } from "../text/language";

export function useCallActions() {
  const { t } = useSpeech();
  const { session } = useLive();
  const queries = useQueryClient();
  const fault = useFault();
  const idOf = (line: Line): string => {
    const live = queries.getQueryData<Page<Call>>(["calls", "live"])?.items ?? [];
    const call = session && callBehind(line, live, session.login, session.extension);
    if (!call) throw new Error("this call is not known yet");
    return call.id;
  };
  const park = useMutation({
    mutationFn: async (line: Line) => post<{ slot: number }>(`/calls/${idOf(line)}/park`),
    onSuccess: ({ slot }) => notifications.show({ message: t("parked", { slot }), autoClose: 30_000, withBorder: true }),
    onError: fault,
  });
  const bringIn = useMutation({
    mutationFn: async ({ current, other }: { current: Line; other: Line }) => post(`/calls/${idOf(current)}/conference`, { call_id: idOf(other) }),
    onError: fault,
  });
  return { park, bringIn };
}

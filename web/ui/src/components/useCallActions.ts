/** What one does to a call of this browser by the server's hand: park it, bring a second one in. */

import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { ApiError, post } from "../api/client";
import type { Call, Page } from "../api/types";
import { useFault } from "../live/actions";
import { useLive } from "../live/session";
import { callBehind } from "../softphone/matching";
import type { Line } from "../softphone/picture";
import { useSpeech } from "../text/language";

const TRIES = 5;
const AGAIN_MS = 500;

export function useCallActions() {
  const { t } = useSpeech();
  const { session } = useLive();
  const queries = useQueryClient();
  const fault = useFault();
  const known = (line: Line): Call | null =>
    session &&
    callBehind(
      line,
      queries.getQueryData<Page<Call>>(["calls", "live"])?.items ?? [],
      session.login,
      session.extension,
    );
  /** The list of calls follows what happens by a moment: a call that has just begun is looked for again. */
  async function idOf(line: Line): Promise<string> {
    for (let left = TRIES; left > 0; left--) {
      const call = known(line);
      if (call) return call.id;
      await queries.invalidateQueries({ queryKey: ["calls", "live"] });
      await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
    }
    throw new ApiError(404, "", "");
  }
  const park = useMutation({
    mutationFn: async (line: Line) => post<{ slot: number }>(`/calls/${await idOf(line)}/park`),
    onSuccess: ({ slot }) =>
      notifications.show({
        message: t("parked", { slot }),
        autoClose: 30_000,
        withBorder: true,
        closeButtonProps: { "aria-label": t("dismiss") },
      }),
    onError: fault,
  });
  const bringIn = useMutation({
    mutationFn: async ({ current, other }: { current: Line; other: Line }) =>
      post(`/calls/${await idOf(current)}/conference`, { call_id: await idOf(other) }),
    onError: fault,
  });
  return { park, bringIn };
}

/** What a person does from several places of the page: the own state, calling, supervising; faults are said as they come. */

import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { ApiError, post, put } from "../api/client";
import type { Agent, AgentState, Call, Page } from "../api/types";
import { failureWord } from "../components/Failure";
import { softphone } from "../softphone/softphone";
import { useSpeech } from "../text/language";

export interface Wish {
  state: AgentState;
  reason?: string;
}

export function useFault() {
  const { t } = useSpeech();
  return (error: unknown) => {
    const word = failureWord(error);
    const message = word === "unknownError" && error instanceof ApiError ? error.message : t(word);
    notifications.show({
      color: "red",
      message,
      autoClose: 6000,
      withBorder: true,
      closeButtonProps: { "aria-label": t("dismiss") },
    });
  };
}

export function useMyState() {
  const queries = useQueryClient();
  const fault = useFault();
  return useMutation({
    mutationFn: (wish: Wish) => put<Agent>("/agents/me", wish),
    onSuccess: me =>
      queries.setQueryData<Page<Agent>>(
        ["agents"],
        page => page && { ...page, items: page.items.map(agent => (agent.login === me.login ? me : agent)) },
      ),
    onError: fault,
  });
}

export type Mode = "listen" | "whisper" | "barge";

/** From this browser when it is the telephone; otherwise, and to supervise, the own phone rings first. */
export function useDial() {
  const { t } = useSpeech();
  const fault = useFault();
  const rings = () =>
    notifications.show({
      message: t("yourPhoneRings"),
      autoClose: 5000,
      withBorder: true,
      closeButtonProps: { "aria-label": t("dismiss") },
    });
  const dial = useMutation({
    mutationFn: async (to: string) => {
      if (softphone.canCall) softphone.call(to);
      else await post("/calls", { to }).then(rings);
    },
    onError: fault,
  });
  const beside = async (call: Call, what: string, body?: unknown) => {
    const here = softphone.canCall;
    if (here) softphone.expect(call.caller.number);
    await post(`/calls/${call.id}/${what}`, body);
    if (!here) rings();
  };
  const supervise = useMutation({
    mutationFn: ({ call, mode }: { call: Call; mode: Mode }) => beside(call, "supervise", { mode }),
    onError: fault,
  });
  const takeOver = useMutation({ mutationFn: (call: Call) => beside(call, "take_over"), onError: fault });
  return { dial, supervise, takeOver };
}

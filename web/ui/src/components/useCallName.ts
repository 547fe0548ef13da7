/** Who a call of this browser's telephone is with: a colleague, a customer, or a number. */

import { useQuery } from "@tanstack/react-query";

import { get, query } from "../api/client";
import { callBehind } from "../softphone/matching";
import type { Line } from "../softphone/picture";
import { useAgents, useLiveCalls, useNames } from "../live/lists";
import { useRights } from "../live/may";
import { useLive } from "../live/session";
import type { Call, Card } from "../api/types";
import { phone } from "../text/format";
import { useSpeech } from "../text/language";

/** The exchange's record of the call; null until it is known. */
export function useCallBehind(line: Line): Call | null {
  const { data } = useLiveCalls();
  const { session } = useLive();
  return session ? callBehind(line, data?.items ?? [], session.login, session.extension) : null;
}

const LONGEST_EXTENSION = 5;
const KNOWN_MS = 60_000;

/** Whose number it is, as the customers' list knows it; undefined for extensions, and until it is known. */
function useCard(number: string): Card | undefined {
  const { may } = useRights();
  return useQuery({
    queryKey: ["contacts", "card", number],
    queryFn: () => get<Card>(`/lookup${query({ number })}`),
    enabled: number.replace(/\D/g, "").length > LONGEST_EXTENSION && !/[*#]/.test(number) && may("lookup"),
    staleTime: KNOWN_MS,
    retry: false,
  }).data;
}

/** `name` is never empty; `detail` is the company, the number and the queue when the name does not say them. */
export function useCallName(line: Line): { name: string; detail: string; contactId: string | null } {
  const { t } = useSpeech();
  const { data: agents } = useAgents();
  const names = useNames();
  const call = useCallBehind(line);
  const spoken = line.direction === "in" && call ? (call.caller.number ?? "") : line.number;
  const card = useCard(spoken);
  const number = /\d/.test(spoken) ? phone(card?.number ?? spoken).text : t("withheld");
  const colleague = agents?.items.find(agent => agent.extension === spoken)?.name;
  const called = spoken === line.number ? line.name : "";
  const name = colleague || card?.contact?.name || called || (line.direction === "in" && call?.caller.name) || "";
  const queue = line.direction === "in" && call?.queue ? names.queue(call.queue) : "";
  return {
    name: name || number,
    detail: [card?.company?.name, name && name !== number && number, queue].filter(Boolean).join(" · "),
    contactId: card?.contact?.id ?? null,
  };
}

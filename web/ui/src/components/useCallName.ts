/** Who a call of this browser's telephone is with: a colleague, a customer, or a number. */

import { callBehind } from "../softphone/matching";
import type { Line } from "../softphone/softphone";
import { useAgents, useLiveCalls, useNames } from "../live/lists";
import { useLive } from "../live/session";
import type { Call } from "../api/types";
import { phone } from "../text/format";
import { useSpeech } from "../text/language";

/** The exchange's record of the call; null until it is known. */
export function useCallBehind(line: Line): Call | null {
  const { data } = useLiveCalls();
  const { session } = useLive();
  return session ? callBehind(line, data?.items ?? [], session.login, session.extension) : null;
}

/** `name` is never empty; `detail` is the number and the queue when the name does not say them. */
export function useCallName(line: Line): { name: string; detail: string } {
  const { t } = useSpeech();
  const { data: agents } = useAgents();
  const names = useNames();
  const call = useCallBehind(line);
  const number = /\d/.test(line.number) ? phone(line.number).text : t("withheld");
  const colleague = agents?.items.find((agent) => agent.extension === line.number)?.name;
  const name = colleague || line.name || (line.direction === "in" && call?.caller.name) || "";
  const queue = line.direction === "in" && call?.queue ? names.queue(call.queue) : "";
  return { name: name || number, detail: [name && name !== number && number, queue].filter(Boolean).join(" · ") };
}

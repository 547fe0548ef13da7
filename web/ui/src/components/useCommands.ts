/** What the palette offers for a text: pages, states, colleagues, customers, calls of a number. */

import { IconHistory, IconPhoneIncoming, IconPhoneOutgoing, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";

import { get, query } from "../api/client";
import type { Contact, Page } from "../api/types";
import { useDial, useMyState, type Wish } from "../live/actions";
import { useBreaks } from "../live/breaks";
import { useAgents } from "../live/lists";
import { useLive } from "../live/session";
import type { PageLink } from "../pages/pages";
import { phone } from "../text/format";
import { useSpeech } from "../text/language";
import { contactSearch, fits, isNumber } from "../text/search";
import { STATE_ICONS } from "./StatePill";

export interface Command {
  key: string;
  group: string;
  title: string;
  Icon: typeof IconUser;
  run: () => void;
}

const MOST = 12;

/** `text` is what is typed, `sought` the same a moment later, when the server is asked. */
export function useCommands(text: string, sought: string, pages: PageLink[]): Command[] {
  const { t } = useSpeech();
  const navigate = useNavigate();
  const { dial } = useDial();
  const known = useKnownCommands(pages);
  const contacts = useQuery({
    queryKey: ["contacts", "palette", sought],
    queryFn: () => get<Page<Contact>>(`/contacts${query({ ...contactSearch(sought), limit: 6 })}`),
    enabled: sought.length >= 2,
    placeholderData: before => before,
  });
  const fitting = known.filter(command => fits(command.title, text) || fits(command.group, text));
  if (!text) return known.filter(command => !command.key.startsWith("person")).slice(0, MOST);
  const customers = (sought.length >= 2 ? (contacts.data?.items ?? []) : []).map(contact => ({
    key: `customer-${contact.id}`,
    group: contact.company ?? t("customer"),
    title: contact.name,
    Icon: IconUser,
    run: () => void navigate(`/customers/${contact.id}`),
  }));
  const numbers: Command[] = isNumber(text)
    ? [
        {
          key: "calls",
          group: t("calls"),
          title: t("callsOf", { number: phone(text).text }),
          Icon: IconHistory,
          run: () => void navigate(`/calls${query({ number: text })}`),
        },
        {
          key: "dial",
          group: t("call"),
          title: t("callTo", { number: phone(text).text }),
          Icon: IconPhoneOutgoing,
          run: () => dial.mutate(text.replace(/[^\d+*#]/g, "")),
        },
      ]
    : [];
  return [...customers, ...numbers, ...fitting].slice(0, MOST);
}

function useKnownCommands(pages: PageLink[]): Command[] {
  const { t } = useSpeech();
  const navigate = useNavigate();
  const { session } = useLive();
  const { data: agents } = useAgents();
  const { dial } = useDial();
  const state = useMyState();
  const { reasons } = useBreaks();
  const wish = (title: string, wished: Wish): Command => ({
    key: `state-${wished.state}-${wished.reason ?? ""}`,
    group: t("setState"),
    title,
    Icon: STATE_ICONS[wished.state],
    run: () => state.mutate(wished),
  });
  return [
    ...pages.map(({ path, word, Icon }) => ({
      key: path,
      group: t("goTo"),
      title: t(word),
      Icon,
      run: () => void navigate(path),
    })),
    wish(t("available"), { state: "available" }),
    ...(reasons.length === 0 ? [wish(t("break"), { state: "break" })] : []),
    ...reasons.map(({ name, title }) => wish(`${t("break")}: ${title}`, { state: "break", reason: name })),
    wish(t("agentOffline"), { state: "offline" }),
    { key: "pick-up", group: t("phone"), title: t("pickUpAny"), Icon: IconPhoneIncoming, run: () => dial.mutate("*8") },
    ...(agents?.items ?? [])
      .filter(agent => agent.login !== session?.login)
      .map(agent => ({
        key: `person-${agent.login}`,
        group: t("colleague"),
        title: t("callTo", { number: `${agent.name} (${agent.extension})` }),
        Icon: IconPhoneOutgoing,
        run: () => dial.mutate(agent.extension),
      })),
  ];
}

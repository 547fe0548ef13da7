import {
  ActionIcon,
  Button,
  Card,
  Group,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
  Tooltip,
  UnstyledButton,
} from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import {
  IconArrowDownLeft,
  IconArrowsLeftRight,
  IconArrowUpRight,
  IconBackspace,
  IconPhone,
  IconPhoneIncoming,
  IconPhoneOutgoing,
  IconRepeat,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState, type FormEvent } from "react";
import { Link } from "react-router";

import { get, query } from "../api/client";
import type { Call, Contact, Page } from "../api/types";
import { CallStage } from "../components/callParts";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { Keypad } from "../components/Keypad";
import { PhoneNumber } from "../components/PhoneNumber";
import { PhoneInvitation, statusWord } from "../components/PhoneStatus";
import { ResultBadge, StatePill } from "../components/StatePill";
import { useColleagues } from "../components/useColleagues";
import { useDial } from "../live/actions";
import { useAgents, useNames } from "../live/lists";
import { useRights } from "../live/may";
import { useLive } from "../live/session";
import { dialable } from "../softphone/dialable";
import { taken, useSoftphone } from "../softphone/useSoftphone";
import { moment, phone } from "../text/format";
import { useSpeech } from "../text/language";
import { contactSearch } from "../text/search";

const RECENT = 30;
const TYPING_MS = 250;
const LAST_DIALLED = "centralita.last-dialled";
const ICONS = { inbound: IconArrowDownLeft, outbound: IconArrowUpRight, internal: IconArrowsLeftRight };

/** Dialling on the left, whom one calls beside it, then the call that is up and those that were. */
export default function Phone() {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const calling = taken(useSoftphone().lines).length > 0;
  const name = dialable(text) === null ? text : "";
  return (
    <Stack className="phone-frame">
      <Title order={1} size="h2">
        {t("phone")}
      </Title>
      <div className="phone-page" data-calling={calling || undefined}>
        <Stack className="phone-dial">
          <State />
          <DialBox text={text} setText={setText} />
        </Stack>
        <div className="phone-directory">
          <Directory name={name} />
        </div>
        {calling && (
          <div className="phone-call">
            <Suspense fallback={<Skeleton height={220} role="status" aria-label={t("loading")} />}>
              <CallStage />
            </Suspense>
          </div>
        )}
        <div className="phone-recent">
          <Recent />
        </div>
      </div>
    </Stack>
  );
}

function State() {
  const { t } = useSpeech();
  const picture = useSoftphone();
  return (
    <Card withBorder padding="md">
      <Stack gap="sm">
        <Text fw={600} role="status" data-testid="phone-state">
          {t(statusWord(picture))}
        </Text>
        <PhoneInvitation />
      </Stack>
    </Card>
  );
}

function DialBox({ text, setText }: { text: string; setText: (text: string) => void }) {
  const { t } = useSpeech();
  const { dial } = useDial();
  const [wrong, setWrong] = useState(false);
  const last = localStorage.getItem(LAST_DIALLED);
  const write = (written: string) => {
    setWrong(false);
    setText(written);
  };
  function call(event: FormEvent) {
    event.preventDefault();
    if (!text && last) {
      write(last);
      return;
    }
    const to = dialable(text);
    setWrong(to === null);
    if (to === null) return;
    localStorage.setItem(LAST_DIALLED, to);
    dial.mutate(to);
    write("");
  }
  return (
    <Card withBorder padding="md" component="form" onSubmit={call}>
      <TextInput
        data-search
        size="lg"
        aria-label={t("dialBox")}
        placeholder={t("dialBox")}
        autoComplete="off"
        value={text}
        maxLength={60}
        error={wrong && t("dialWrong")}
        onChange={event => write(event.currentTarget.value)}
        rightSection={
          text && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t("deleteDigit")}
              onClick={() => write(text.slice(0, -1))}
            >
              <IconBackspace size={20} />
            </ActionIcon>
          )
        }
        mb="md"
      />
      <Keypad press={key => write(text + key)} />
      <Button
        type="submit"
        color="green"
        fullWidth
        mt="md"
        leftSection={<IconPhone size={18} aria-hidden="true" />}
        loading={dial.isPending}
      >
        {t("call")}
      </Button>
      {last && !text && (
        <Button
          variant="subtle"
          color="gray"
          fullWidth
          mt={4}
          leftSection={<IconRepeat size={18} aria-hidden="true" />}
          onClick={() => dial.mutate(last)}
        >
          {t("redial", { number: phone(last).text })}
        </Button>
      )}
    </Card>
  );
}

/** Colleagues, and the customers whose name is being typed. */
function Directory({ name }: { name: string }) {
  const { t } = useSpeech();
  const { dial } = useDial();
  const { lines } = useSoftphone();
  const colleagues = useColleagues(name);
  const customers = useCustomersCalled(name);
  return (
    <Card withBorder padding="md" component="section" aria-label={t("directory")}>
      <Title order={2} size="h4" mb="xs">
        {t("directory")}
      </Title>
      {colleagues.length + customers.length === 0 && <Text c="dimmed">{t("directoryNone")}</Text>}
      {colleagues
        .filter(({ state, extension }) => state === "ringing" && !lines.some(line => line.number === extension))
        .map(agent => (
          <Button
            key={agent.login}
            fullWidth
            mb={4}
            color="yellow"
            variant="light"
            leftSection={<IconPhoneIncoming size={18} aria-hidden="true" />}
            onClick={() => dial.mutate(`*8${agent.extension}`)}
          >
            {t("pickUp", { name: agent.name })}
          </Button>
        ))}
      {colleagues.map(agent => (
        <UnstyledButton
          key={agent.login}
          className="directory-row"
          title={t("callTo", { number: `${agent.name} (${agent.extension})` })}
          onClick={() => dial.mutate(agent.extension)}
        >
          <Text span truncate className="grow">
            <Text span inherit fw={600}>
              {agent.name}
            </Text>{" "}
            <Text span inherit c="dimmed" className="tabular">
              {agent.extension}
            </Text>
          </Text>
          <StatePill state={agent.state} />
        </UnstyledButton>
      ))}
      {customers.length > 0 && (
        <Title order={3} size="h5" mt="sm" mb={4}>
          {t("customers")}
        </Title>
      )}
      {customers.flatMap(customer =>
        customer.numbers.map(number => (
          <UnstyledButton
            key={`${customer.id} ${number}`}
            className="directory-row"
            title={t("callTo", { number: `${customer.name} (${phone(number).text})` })}
            onClick={() => dial.mutate(number)}
          >
            <Text span truncate className="grow" fw={600}>
              {customer.name}
            </Text>
            <PhoneNumber number={number} />
          </UnstyledButton>
        )),
      )}
    </Card>
  );
}

function useCustomersCalled(name: string): Contact[] {
  const { may } = useRights();
  const [sought] = useDebouncedValue(name.trim(), TYPING_MS);
  const asked = sought.length >= 2 && may("contacts.list");
  const { data } = useQuery({
    queryKey: ["contacts", "directory", sought],
    queryFn: () => get<Page<Contact>>(`/contacts${query({ ...contactSearch(sought), limit: 5 })}`),
    enabled: asked,
  });
  return asked ? (data?.items ?? []) : [];
}

function Recent() {
  const { t } = useSpeech();
  const { session } = useLive();
  const { reach } = useRights();
  const mine = reach("calls.list") === "own" ? {} : { agent: session?.login };
  const calls = useQuery({
    queryKey: ["calls", "recent", session?.login],
    queryFn: () => get<Page<Call>>(`/calls${query({ ...mine, limit: RECENT })}`),
  });
  return (
    <Card withBorder padding="md" component="section" aria-label={t("recentCalls")}>
      <Title order={2} size="h4" mb="xs">
        {t("recentCalls")}
      </Title>
      {calls.isPending && <Skeleton height={200} role="status" aria-label={t("loading")} />}
      {calls.isLoadingError && <Failure error={calls.error} retry={() => void calls.refetch()} />}
      {calls.data?.items.length === 0 && (
        <Empty icon={<IconPhone />} title={t("noRecentCalls")} hint={t("noRecentCallsHint")} />
      )}
      {calls.data?.items.map(call => (
        <RecentCall key={call.id} call={call} extension={session?.extension ?? null} />
      ))}
    </Card>
  );
}

/** Whom an outgoing call was made to: name and company. */
const called = (call: Call) => [call.called?.name, call.called?.company].filter(Boolean).join(" · ");

function RecentCall({ call, extension }: { call: Call; extension: string | null }) {
  const { t, language } = useSpeech();
  const { dial } = useDial();
  const { data: agents } = useAgents();
  const names = useNames();
  const Icon = ICONS[call.direction];
  const own = call.direction === "outbound" || call.caller.number === extension;
  const number = own ? call.dialled : call.caller.number;
  const name = own
    ? agents?.items.find(agent => agent.extension === call.dialled)?.name || called(call)
    : call.caller.name;
  return (
    <Group gap="sm" wrap="nowrap" className="recent-call" data-testid="recent-call">
      <Icon size={18} role="img" aria-label={t(call.direction)} className="muted" />
      <Link to={`/calls?call=${call.id}`} className="plain-link grow">
        {name && (
          <Text fw={600} truncate>
            {name}
          </Text>
        )}
        <PhoneNumber number={number} />
        <Text size="xs" c="dimmed" className="tabular">
          {[moment(call.started_at, language), call.queue && names.queue(call.queue)].filter(Boolean).join(" · ")}
        </Text>
      </Link>
      <ResultBadge call={call} />
      {number !== null && (
        <Tooltip label={t("call")}>
          <ActionIcon
            variant="light"
            radius="xl"
            size="lg"
            aria-label={t("callTo", { number })}
            onClick={() => dial.mutate(number)}
          >
            <IconPhoneOutgoing size={18} />
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}

import { ActionIcon, Badge, Card, Group, SegmentedControl, Skeleton, Stack, Text, Title, Tooltip } from "@mantine/core";
import {
  IconMail,
  IconMailOpened,
  IconPhoneOutgoing,
  IconPlayerPlayFilled,
  IconRecordMail,
  IconTimeline,
  IconTrash,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";

import { patch, voicemailUrl } from "../api/client";
import type { Voicemail } from "../api/types";
import { Empty } from "../components/Empty";
import { Failure } from "../components/Failure";
import { Greetings } from "../components/Greetings";
import { MorePages } from "../components/MorePages";
import { PhoneNumber } from "../components/PhoneNumber";
import { SoundPlayer } from "../components/Player";
import { useUndoableRemoval } from "../components/useUndoableRemoval";
import { useDial } from "../live/actions";
import { useAgents } from "../live/lists";
import { useRights } from "../live/may";
import { useAddress } from "../live/useAddress";
import { usePages } from "../live/usePages";
import { clock, moment, phone } from "../text/format";
import { useSpeech } from "../text/language";

const BYTES_PER_SECOND = 16_000;
const path = (message: Voicemail) => `/voicemails/${message.id}`;

/** Messages, newest first; hearing one marks it as heard. */
export default function Voicemails() {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const { address, change } = useAddress();
  const unheard = address.get("heard") === "no";
  const messages = usePages<Voicemail>({
    key: ["voicemails", "list", unheard],
    path: "/voicemails",
    asked: { is_read: unheard ? false : null },
    limit: 30,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ["voicemails"] });
  const mark = useMutation({
    mutationFn: (message: Voicemail) => patch(`/voicemails/${message.id}`, { is_read: message.is_read }),
    onSettled: refresh,
  });
  const { leaving, take } = useUndoableRemoval(refresh);
  const items = messages.rows.filter(message => !leaving.has(path(message)));
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t("voicemails")}
        </Title>
        <SegmentedControl
          aria-label={t("voicemails")}
          value={unheard ? "no" : "all"}
          onChange={value => change({ heard: value === "no" ? "no" : null, pages: null })}
          data={[
            { value: "all", label: t("allMessages") },
            { value: "no", label: t("unheard") },
          ]}
          className="segments"
        />
      </Group>
      {messages.isLoadingError ? (
        <Failure error={messages.error} retry={() => void messages.refetch()} />
      ) : messages.isPending ? (
        <Stack gap={8} role="status" aria-label={t("loading")}>
          {[0, 1, 2].map(row => (
            <Skeleton key={row} height={72} />
          ))}
        </Stack>
      ) : items.length === 0 && !messages.hasNextPage ? (
        <Empty
          icon={<IconRecordMail />}
          title={t(unheard ? "noneUnheard" : "noVoicemails")}
          hint={unheard ? "" : t("noVoicemailsHint")}
        />
      ) : (
        <Stack gap="sm" maw={820}>
          {items.map(message => (
            <Message
              key={message.id}
              message={message}
              mark={is_read => mark.mutate({ ...message, is_read })}
              erase={() => void take(path(message), t("messageRemoved"))}
            />
          ))}
        </Stack>
      )}
      <MorePages list={messages} />
      <Greetings />
    </Stack>
  );
}

function Message({ message, mark, erase }: { message: Voicemail; mark: (read: boolean) => void; erase: () => void }) {
  const { t, language } = useSpeech();
  const { dial } = useDial();
  const { may } = useRights();
  const { data: agents } = useAgents();
  const [open, setOpen] = useState(false);
  const owner = agents?.items.find(agent => agent.extension === message.box);
  const number = message.caller_number;
  const ready = message.state === "ready";
  return (
    <Card withBorder padding="md" data-testid="voicemail" component="article">
      <Group gap="sm" align="flex-start" justify="flex-end">
        {ready && !open && (
          <ActionIcon size={40} radius="xl" variant="light" aria-label={t("play")} onClick={() => setOpen(true)}>
            <IconPlayerPlayFilled size={18} />
          </ActionIcon>
        )}
        <div className="grow message-words">
          <Group gap="xs">
            {message.contact_id !== null && (
              <Text
                fw={message.is_read ? 400 : 700}
                component={Link}
                to={`/customers/${message.contact_id}`}
                className="plain-link"
              >
                {message.caller_name}
              </Text>
            )}
            <Text fw={message.is_read || message.contact_id !== null ? 400 : 700}>
              <PhoneNumber number={number} />
            </Text>
            {!message.is_read && (
              <Badge variant="light" color="blue">
                {t("unheard")}
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed" className="tabular">
            {[
              moment(message.received_at, language),
              clock(message.duration_s),
              `${t("box")} ${message.box}${owner ? ` (${owner.name})` : ""}`,
            ].join(" · ")}
          </Text>
          {message.transcript && (
            <Text size="sm" mt="xs" data-testid="transcript" style={{ overflowWrap: "anywhere" }}>
              {message.transcript}
            </Text>
          )}
          {!ready && <Text c="dimmed">{t(message.state === "failed" ? "noRecording" : "recordingSoon")}</Text>}
        </div>
        <Group gap={4} wrap="nowrap">
          {number && (
            <Tooltip label={t("callTo", { number: phone(number).text })}>
              <ActionIcon
                variant="subtle"
                aria-label={t("callTo", { number: phone(number).text })}
                onClick={() => dial.mutate(number)}
              >
                <IconPhoneOutgoing size={18} />
              </ActionIcon>
            </Tooltip>
          )}
          {message.call_id !== null && may("calls.read") && (
            <Tooltip label={t("story")}>
              <ActionIcon
                component={Link}
                to={`/calls?call=${message.call_id}`}
                variant="subtle"
                color="gray"
                aria-label={t("story")}
              >
                <IconTimeline size={18} />
              </ActionIcon>
            </Tooltip>
          )}
          {may("voicemails.change") && (
            <Tooltip label={t(message.is_read ? "markUnheard" : "markHeard")}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t(message.is_read ? "markUnheard" : "markHeard")}
                onClick={() => mark(!message.is_read)}
              >
                {message.is_read ? <IconMail size={18} /> : <IconMailOpened size={18} />}
              </ActionIcon>
            </Tooltip>
          )}
          {may("voicemails.delete") && (
            <Tooltip label={t("remove")}>
              <ActionIcon variant="subtle" color="red" aria-label={t("remove")} onClick={erase}>
                <IconTrash size={18} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      </Group>
      {ready && open && (
        <SoundPlayer
          url={voicemailUrl(message.id)}
          size={message.duration_s * BYTES_PER_SECOND}
          lanes={[t("voice")]}
          autoPlay
          onPlay={() => !message.is_read && mark(true)}
        />
      )}
    </Card>
  );
}

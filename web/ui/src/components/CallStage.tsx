/** The call in the middle of the telephone's page: large name and timer, controls with their words, the other calls as cards. */

import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconUser } from "@tabler/icons-react";
import { Link } from "react-router";

import type { Line } from "../softphone/picture";
import { softphone } from "../softphone/softphone";
import { taken, useSoftphone } from "../softphone/useSoftphone";
import { useSpeech } from "../text/language";
import { AutoNote } from "./AutoNote";
import { CallControls, statusWord } from "./CallControls";
import { Clock } from "./Clock";
import { OtherCall } from "./OtherCall";
import { useCallBehind, useCallName } from "./useCallName";

export default function CallStage() {
  const { t } = useSpeech();
  const { lines, current } = useSoftphone();
  const shown = taken(lines);
  const line = shown.find(({ id }) => id === current) ?? shown[0];
  if (line === undefined) return null;
  return (
    <Card withBorder padding="lg" component="section" aria-label={t("callStage")} data-testid="call-stage">
      <Spoken key={line.id} line={line} />
      {shown
        .filter(({ id }) => id !== line.id)
        .map(other => (
          <OtherCall key={other.id} line={other} current={line} className="waiting-call" testId="waiting-call" />
        ))}
    </Card>
  );
}

function Spoken({ line }: { line: Line }) {
  const { t } = useSpeech();
  const { name, detail, contactId } = useCallName(line);
  const call = useCallBehind(line);
  const status = statusWord(line);
  const customer = call?.caller.contact_id ?? contactId;
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div className="grow">
          <Text size="sm" c="dimmed">
            {t(status ?? "inCall")}
          </Text>
          <Title order={2} size="h1" className="call-name">
            {name}
          </Title>
          {detail && <Text className="tabular">{detail}</Text>}
        </div>
        {line.answeredAt !== null && (
          <Text className="call-timer">
            <Clock since={new Date(line.answeredAt).toISOString()} />
          </Text>
        )}
      </Group>
      {line.state !== "ended" && <CallControls line={line} worded />}
      {line.state === "ended" && (
        <Group>
          <Button variant="default" onClick={() => softphone.call(line.number)}>
            {t("callAgain")}
          </Button>
        </Group>
      )}
      {call?.direction === "outbound" && line.state === "talking" && <AutoNote key={call.id} callId={call.id} />}
      {customer && (
        <Group>
          <Button
            component={Link}
            to={`/customers/${customer}`}
            variant="light"
            size="xs"
            leftSection={<IconUser size={16} aria-hidden="true" />}
          >
            {t("openCustomer")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

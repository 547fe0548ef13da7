/** A call to the echo, in this browser or from any telephone of the house: one hears oneself. */

import { Alert, Button, List, Stack, Text } from "@mantine/core";
import { IconCircleCheck, IconPhone, IconPhoneOff } from "@tabler/icons-react";

import { PhoneInvitation, statusWord } from "../../components/PhoneStatus";
import { softphone } from "../../softphone/softphone";
import { useSoftphone } from "../../softphone/useSoftphone";
import { useSpeech } from "../../text/language";
import { useAdmin } from "../words";
import { Way, type StepProps } from "./StepForm";

const ECHO = "*43";

export function TestCallStep(props: StepProps) {
  const { a } = useAdmin();
  const { t } = useSpeech();
  const picture = useSoftphone();
  const line = picture.lines.find(one => one.number === ECHO && one.state !== "ended");
  const isHere = picture.settings.on && picture.place === "here" && picture.trouble === null;
  return (
    <Stack>
      <List size="sm" spacing={4}>
        <List.Item>{a("testHere")}</List.Item>
        <List.Item>{a("testThere")}</List.Item>
      </List>
      <PhoneInvitation />
      {isHere && line === undefined && (
        <Button
          leftSection={<IconPhone size={18} aria-hidden="true" />}
          disabled={picture.state !== "ready"}
          onClick={() => softphone.call(ECHO)}
        >
          {a("callEcho")}
        </Button>
      )}
      {isHere && picture.state !== "ready" && (
        <Text size="sm" c="dimmed" role="status">
          {t(statusWord(picture))}
        </Text>
      )}
      {line && (
        <Alert color="accent" role="status">
          {a(line.state !== "talking" ? "testCalling" : "testHeard")}
        </Alert>
      )}
      {line && (
        <Button
          color="red"
          leftSection={<IconPhoneOff size={18} aria-hidden="true" />}
          onClick={() => softphone.hangUp(line.id)}
        >
          {t("hangUp")}
        </Button>
      )}
      {props.isDone && line === undefined && (
        <Alert color="green" role="status" icon={<IconCircleCheck size={20} aria-hidden="true" />}>
          {a("testDone")}
        </Alert>
      )}
      <Way {...props} />
    </Stack>
  );
}

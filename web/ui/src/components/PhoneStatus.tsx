/** Whether this browser is a telephone, what is in the way, and the one button that mends it. */

import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconHeadset } from "@tabler/icons-react";
import { useState } from "react";

import type { Picture } from "../softphone/picture";
import { softphone } from "../softphone/softphone";
import { ringing, taken, useSoftphone } from "../softphone/useSoftphone";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";

const TROUBLES = {
  insecure: ["phoneInsecure", "phoneInsecureHint"],
  denied: ["phoneDenied", "phoneDeniedHint"],
  missing: ["phoneMissing", "phoneMissingHint"],
} as const;

export type Health = "off" | "ready" | "busy" | "trouble";

export function health({ settings, place, state, trouble }: Picture): Health {
  if (trouble !== null) return "trouble";
  if (!settings.on || place === "nowhere") return "off";
  if (place === "elsewhere") return "busy";
  return state === "ready" ? "ready" : state === "signed_out" ? "trouble" : "busy";
}

export function statusWord(picture: Picture): Word {
  const { settings, place, state, trouble, lines } = picture;
  if (taken(lines).some(line => line.state !== "ended")) return "phoneInCall";
  if (ringing(lines).length > 0) return "phoneRings";
  if (trouble !== null) return TROUBLES[trouble][0];
  if (!settings.on || place === "nowhere") return "phoneOff";
  if (place === "elsewhere") return "phoneElsewhere";
  if (state === "ready") return "phoneReady";
  if (state === "signed_out") return "phoneSignedOut";
  return state === "refused" ? "phoneRefused" : "phoneConnecting";
}

/** What one has to do before calls come here; nothing once they do. */
export function PhoneInvitation() {
  const { t } = useSpeech();
  const { settings, place, trouble } = useSoftphone();
  const [asking, setAsking] = useState(false);
  const turnOn = () => {
    setAsking(true);
    void softphone.turnOn().finally(() => setAsking(false));
  };
  if (settings.on && place === "elsewhere" && trouble === null) {
    return (
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {t("phoneTakeOverHint")}
        </Text>
        <Button variant="light" onClick={() => softphone.takeOver()}>
          {t("phoneTakeOver")}
        </Button>
      </Group>
    );
  }
  if (settings.on && place === "here" && trouble === null) return null;
  return (
    <Stack gap="sm">
      {trouble === null ? (
        <Text size="sm">{t("phoneTurnOnHint")}</Text>
      ) : (
        <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title={t(TROUBLES[trouble][0])} role="alert">
          {t(TROUBLES[trouble][1])}
        </Alert>
      )}
      {trouble !== "insecure" && (
        <Button px="xs" leftSection={<IconHeadset size={18} aria-hidden="true" />} loading={asking} onClick={turnOn}>
          {t(trouble === null ? "phoneTurnOn" : "tryAgain")}
        </Button>
      )}
    </Stack>
  );
}

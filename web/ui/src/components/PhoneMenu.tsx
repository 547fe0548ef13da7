/** The telephone in the top bar: a quiet lamp; behind it the switch and the devices. */

import { ActionIcon, Divider, Popover, Skeleton, Stack, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconHeadset, IconHeadsetOff } from "@tabler/icons-react";
import { lazy, Suspense } from "react";

import { useSoftphone } from "../softphone/useSoftphone";
import { useSpeech } from "../text/language";
import { health, PhoneInvitation, statusWord } from "./PhoneStatus";

const PhoneDevices = lazy(() => import("./PhoneDevices"));

export function PhoneMenu() {
  const { t } = useSpeech();
  const picture = useSoftphone();
  const [opened, { toggle, close }] = useDisclosure(false);
  const state = health(picture);
  const name = `${t("phone")}: ${t(statusWord(picture))}`;
  const Icon = state === "off" || state === "trouble" ? IconHeadsetOff : IconHeadset;
  return (
    <Popover
      withinPortal={false}
      opened={opened}
      onChange={close}
      position="bottom-end"
      shadow="md"
      width={320}
      trapFocus
      withRoles={false}
    >
      <Popover.Target>
        <Tooltip withinPortal={false} label={name} disabled={opened}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={name}
            aria-expanded={opened}
            className="phone-lamp"
            data-health={state}
            data-testid="phone-lamp"
            onClick={toggle}
          >
            <Icon size={20} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown role="group" aria-label={t("phoneSettings")}>
        <Stack gap="sm" tabIndex={-1} data-autofocus className="quiet-focus">
          <Text fw={600} role="status">
            {t(statusWord(picture))}
          </Text>
          <PhoneInvitation />
          {picture.settings.on && picture.trouble === null && (
            <>
              <Divider />
              <Suspense fallback={<Skeleton height={220} role="status" aria-label={t("loading")} />}>
                <PhoneDevices close={close} />
              </Suspense>
            </>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

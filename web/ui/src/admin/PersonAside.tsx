/** What an administrator does for a person: passwords, a telephone by QR code, sessions, the second factor. */

import { Alert, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDeviceMobile, IconKey, IconLogout, IconShieldOff } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { WrongText } from "../components/WrongText";
import { post, remove } from "../api/client";
import { useRights } from "../live/may";
import { clock } from "./moment";
import type { Part, Passwords, Telephone } from "./parts";
import { QrCode } from "./QrCode";
import { Secret } from "./Secret";
import { useAdmin, type AdminWord } from "./words";

export function PersonAside({ part }: { part: Part }) {
  const { a } = useAdmin();
  const { may } = useRights();
  const place = `/settings/people/${encodeURIComponent(part.name)}`;
  const password = useMutation({ mutationFn: () => post<Passwords>(`${place}/password`) });
  const telephone = useMutation({ mutationFn: () => post<Telephone>(`${place}/telephone`) });
  const out = useTold(() => remove<void>(`${place}/sessions`), "signedOut");
  const factor = useTold(() => remove<void>(`${place}/second-factor`), "secondFactorDropped");
  const error = [password, telephone, out, factor].find(one => one.isError)?.error;
  if (!["password", "telephone", "sign_out", "second_factor"].some(one => may(`settings.people.${one}`))) return null;
  return (
    <Paper withBorder p="md" component="section" aria-label={a("passwords")}>
      <Title order={2} size="h3" mb="sm">
        {a("passwords")}
      </Title>
      <Group gap="xs">
        {may("settings.people.password") && (
          <Button
            variant="light"
            leftSection={<IconKey size={16} aria-hidden="true" />}
            title={a("newPagePasswordHint")}
            loading={password.isPending}
            onClick={() => password.mutate()}
          >
            {a("newPagePassword")}
          </Button>
        )}
        {may("settings.people.telephone") && (
          <Button
            variant="light"
            leftSection={<IconDeviceMobile size={16} aria-hidden="true" />}
            loading={telephone.isPending}
            onClick={() => telephone.mutate()}
          >
            {a("connectPhone")}
          </Button>
        )}
        {may("settings.people.sign_out") && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconLogout size={16} aria-hidden="true" />}
            onClick={() => out.mutate()}
          >
            {a("signOutEverywhere")}
          </Button>
        )}
        {may("settings.people.second_factor") && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconShieldOff size={16} aria-hidden="true" />}
            onClick={() => factor.mutate()}
          >
            {a("dropSecondFactor")}
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" mt="xs">
        {a("connectPhoneHint")}
      </Text>
      {error && <WrongText mt="sm">{error.message}</WrongText>}
      {password.data?.page && (
        <Told>
          <Secret label={a("pagePassword")} value={password.data.page} />
        </Told>
      )}
      {telephone.data && (
        <Told>
          <TelephoneCard telephone={telephone.data} />
        </Told>
      )}
    </Paper>
  );
}

function useTold(ask: () => Promise<void>, word: AdminWord) {
  const { a } = useAdmin();
  return useMutation({ mutationFn: ask, onSuccess: () => notifications.show({ message: a(word), color: "green" }) });
}

function Told({ children }: { children: ReactNode }) {
  const { a } = useAdmin();
  return (
    <Alert color="yellow" mt="md" title={a("passwordsOnce")}>
      <Stack gap="sm">{children}</Stack>
    </Alert>
  );
}

export function PasswordsTold({ passwords, done }: { passwords: Passwords; done: () => void }) {
  const { a } = useAdmin();
  return (
    <Told>
      {passwords.page && <Secret label={a("pagePassword")} value={passwords.page} />}
      {passwords.telephone && <TelephoneCard telephone={passwords.telephone} />}
      <Group>
        <Button size="xs" onClick={done}>
          {a("done")}
        </Button>
      </Group>
    </Told>
  );
}

export function TelephoneCard({ telephone }: { telephone: Telephone }) {
  const { a, language } = useAdmin();
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <Stack gap="xs">
        <Secret label={a("sipUser")} value={telephone.username} />
        <Secret label={a("sipPassword")} value={telephone.password} />
        <Secret
          label={a("sipServer")}
          value={`${telephone.server}:${telephone.port};transport=${telephone.transport}`}
        />
        <Secret label={a("sipDomain")} value={telephone.domain} />
      </Stack>
      <Stack gap="xs" align="flex-start">
        <QrCode text={telephone.provisioning_url} label={a("qrCode")} />
        <Text size="sm">{a("scan", { time: clock(telephone.expires_at, language) })}</Text>
      </Stack>
      {telephone.devices.map(device => (
        <Stack key={device.mac} gap="xs" role="group" aria-label={a("deskPhones")}>
          {device.address && device.expires_at ? (
            <>
              <Secret label={`${device.vendor} ${device.mac}`} value={device.address} />
              <Text size="sm">{a("deskPhoneHint", { time: clock(device.expires_at, language) })}</Text>
            </>
          ) : (
            <Text size="sm">{`${device.vendor} ${device.mac}: ${a("deskPhoneNeedsHttps")}`}</Text>
          )}
        </Stack>
      ))}
    </SimpleGrid>
  );
}

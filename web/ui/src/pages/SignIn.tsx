import { Alert, Button, Card, Center, Group, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";

import { ApiError } from "../api/client";
import { Preferences } from "../components/Preferences";
import { useLive } from "../live/session";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";

const FAULTS: Record<number, Word> = { 0: "serverGone", 401: "wrongPassword", 429: "tooManyTries" };

/** The door: user name and password, faults said where they are. */
export function SignIn() {
  const { t } = useSpeech();
  const { signIn } = useLive();
  const [fault, setFault] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [asksCode, setAsksCode] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFault(null);
    try {
      await signIn(String(form.get("login")), String(form.get("password")), String(form.get("code") ?? "").trim());
    } catch (error) {
      if (error instanceof ApiError && error.status === 401 && error.faults.some(one => one.field === "code")) {
        setFault(asksCode ? t("wrongCode") : null);
        setAsksCode(true);
        return;
      }
      const word = error instanceof ApiError ? FAULTS[error.status] : undefined;
      setFault(word === undefined ? t("unknownError") : t(word));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Center mih="100dvh" p="md" component="main">
      <Stack w="100%" maw={380}>
        <Group justify="center" gap="sm">
          <img src="/icon.svg" alt="" width={40} height={40} />
          <Title order={1}>{t("product")}</Title>
        </Group>
        <Card withBorder padding="lg" shadow="sm">
          <form onSubmit={event => void submit(event)}>
            <Stack>
              <Title order={2} size="h3">
                {t("signInTitle")}
              </Title>
              {fault && (
                <Alert color="red" icon={<IconAlertCircle size={18} />} role="alert">
                  {fault}
                </Alert>
              )}
              <TextInput
                name="login"
                label={t("login")}
                autoComplete="username"
                autoCapitalize="none"
                autoFocus
                required
              />
              <PasswordInput
                name="password"
                label={t("password")}
                autoComplete="current-password"
                required
                visibilityToggleButtonProps={{ "aria-label": t("showPassword") }}
              />
              {asksCode && (
                <TextInput
                  name="code"
                  label={t("code")}
                  description={t("codeHint")}
                  inputMode="numeric"
                  autoComplete="one-time-code"
                  maxLength={20}
                  autoFocus
                  required
                />
              )}
              <Button type="submit" loading={busy} fullWidth>
                {t("signIn")}
              </Button>
            </Stack>
          </form>
        </Card>
        <Group justify="center">
          <Preferences />
        </Group>
      </Stack>
    </Center>
  );
}

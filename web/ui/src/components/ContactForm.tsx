/** A customer's facts in a form, new or known; each fault stands at its field. */

import { Button, Checkbox, Group, Modal, NativeSelect, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";

import { WrongText } from "./WrongText";
import { ApiError, patch, post } from "../api/client";
import type { Contact } from "../api/types";
import { useAgents } from "../live/lists";
import { useSpeech } from "../text/language";

interface Props {
  contact?: Contact;
  opened: boolean;
  close: () => void;
  saved?: (contact: Contact) => void;
}

export function ContactForm({ contact, opened, close, saved }: Props) {
  const { t } = useSpeech();
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t(contact ? "editCustomer" : "newCustomer")}
      closeButtonProps={{ "aria-label": t("dismiss") }}
    >
      <Form {...(contact ? { contact } : {})} close={close} {...(saved ? { saved } : {})} />
    </Modal>
  );
}

function Form({ contact, close, saved }: Omit<Props, "opened">) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const { data: agents } = useAgents();
  const save = useMutation({
    mutationFn: (body: unknown) =>
      contact ? patch<Contact>(`/contacts/${contact.id}`, body) : post<Contact>("/contacts", body),
    onSuccess: after => {
      void queries.invalidateQueries({ queryKey: ["contacts"] });
      close();
      saved?.(after);
    },
  });
  const faults = save.error instanceof ApiError ? save.error.faults : [];
  const fault = (field: string) =>
    faults
      .filter(one => one.field.split(".")[0] === field)
      .map(one => one.message)
      .join("; ") || null;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    save.mutate({
      name: text("name"),
      numbers: text("numbers")
        .split("\n")
        .map(line => line.trim())
        .filter(Boolean),
      email: text("email") || null,
      language: text("language") || null,
      responsible: text("responsible") || null,
      vip: form.get("vip") === "on",
    });
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          name="name"
          label={t("name")}
          required
          maxLength={200}
          defaultValue={contact?.name ?? ""}
          error={fault("name")}
          data-autofocus
        />
        <Textarea
          name="numbers"
          label={t("numbers")}
          description={t("numbersHint")}
          autosize
          minRows={2}
          defaultValue={contact?.numbers.join("\n") ?? ""}
          error={fault("numbers")}
        />
        <TextInput
          name="email"
          type="email"
          label={t("email")}
          maxLength={254}
          defaultValue={contact?.email ?? ""}
          error={fault("email")}
        />
        <Group grow>
          <NativeSelect
            name="language"
            label={t("language")}
            defaultValue={contact?.language ?? ""}
            data={[
              { value: "", label: "–" },
              { value: "es", label: t("spanish") },
              { value: "en", label: t("english") },
            ]}
          />
          <NativeSelect
            name="responsible"
            label={t("responsible")}
            defaultValue={contact?.responsible ?? ""}
            data={[
              { value: "", label: t("nobody") },
              ...(agents?.items ?? []).map(agent => ({ value: agent.login, label: agent.name })),
            ]}
          />
        </Group>
        <Checkbox name="vip" label={t("vip")} defaultChecked={contact?.vip ?? false} />
        {save.isError && faults.length === 0 && <WrongText>{save.error.message}</WrongText>}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t("save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

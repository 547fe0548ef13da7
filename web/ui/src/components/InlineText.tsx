/** A text that becomes a field where it stands: Enter or leaving it saves, Esc puts it back. */

import { Text, TextInput, UnstyledButton } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { sayAll } from "../api/client";
import { useSpeech } from "../text/language";

interface Props {
  name: string;
  value: string;
  shown: ReactNode;
  type?: "text" | "email";
  maxLength: number;
  /** Rejects with the fault to show. */
  save: (value: string) => Promise<unknown>;
  editable: boolean;
}

export function InlineText({ name, value, shown, type = "text", maxLength, save, editable }: Props) {
  const { t } = useSpeech();
  const [draft, setDraft] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  if (!editable) return shown;
  if (draft === null) {
    return (
      <UnstyledButton
        className="inline-text"
        aria-label={[`${t("edit")}: ${name}`, value].filter(Boolean).join(", ")}
        onClick={() => setDraft(value)}
      >
        {shown || (
          <Text span c="dimmed">
            –
          </Text>
        )}
      </UnstyledButton>
    );
  }
  function finish() {
    const written = (draft ?? "").trim();
    setFault(null);
    if (written === value) return setDraft(null);
    save(written).then(
      () => setDraft(null),
      (error: Error) => setFault(sayAll(error)),
    );
  }
  return (
    <TextInput
      size="xs"
      type={type}
      aria-label={name}
      autoFocus
      maxLength={maxLength}
      value={draft}
      error={fault}
      onChange={event => setDraft(event.currentTarget.value)}
      onBlur={finish}
      onKeyDown={event => {
        if (event.key === "Enter") finish();
        if (event.key === "Escape") {
          event.stopPropagation();
          setDraft(null);
          setFault(null);
        }
      }}
    />
  );
}

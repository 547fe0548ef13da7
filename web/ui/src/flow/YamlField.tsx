/** A field that is edited as it is written in the document; it is taken over once it can be read. */

import { Textarea } from "@mantine/core";
import { useState } from "react";
import { parse, stringify } from "yaml";

import { useFlowWords } from "./words";

interface Given {
  label: string;
  value: unknown;
  change: (value: unknown) => void;
}

export function YamlField({ label, value, change }: Given) {
  const t = useFlowWords();
  const [draft, setDraft] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const written = value === undefined ? "" : stringify(value, { lineWidth: 0 }).trimEnd();
  const settle = () => {
    if (draft === null) return;
    try {
      change(draft.trim() ? (parse(draft) as unknown) : undefined);
      setDraft(null);
      setFault(null);
    } catch (error) {
      setFault(t("notYaml", { why: error instanceof Error ? (error.message.split("\n")[0] ?? "") : "" }));
    }
  };
  return (
    <Textarea
      label={label}
      description={t("asWritten")}
      value={draft ?? written}
      error={fault}
      autosize
      minRows={2}
      maxRows={14}
      styles={{ input: { fontFamily: "ui-monospace, monospace" } }}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={settle}
    />
  );
}

/** What differs between two texts of a menu: the steps in words, and below it line by line. */

import { Stack, Text } from "@mantine/core";
import { diffLines } from "diff";
import { useMemo } from "react";

import { useFlowWords } from "./words";
import { changesBetween } from "./versionsOf";

export function ChangeList({ before, after }: { before: string; after: string }) {
  const t = useFlowWords();
  const changes = useMemo(() => changesBetween(before, after), [before, after]);
  const pieces = useMemo(() => diffLines(before, after), [before, after]);
  if (pieces.every(piece => !piece.added && !piece.removed))
    return (
      <Text size="xs" mt={6}>
        {t("sameText")}
      </Text>
    );
  const said =
    changes === null
      ? []
      : [
          changes.added.length > 0 && t("stepsAdded", { steps: changes.added.join(", ") }),
          changes.removed.length > 0 && t("stepsRemoved", { steps: changes.removed.join(", ") }),
          changes.changed.length > 0 && t("stepsChanged", { steps: changes.changed.join(", ") }),
          changes.isMenuChanged && t("menuChanged"),
        ].filter(Boolean);
  return (
    <Stack gap={4} mt={6}>
      {said.map(line => (
        <Text key={String(line)} size="sm">
          {line}
        </Text>
      ))}
      <details>
        <summary>{t("asText")}</summary>
        <pre className="flow-diff" data-testid="difference">
          {pieces.map((piece, index) => {
            if (piece.added) return <ins key={index}>{marked("+ ", piece.value)}</ins>;
            if (piece.removed) return <del key={index}>{marked("- ", piece.value)}</del>;
            return <span key={index}>{around(piece.value)}</span>;
          })}
        </pre>
      </details>
    </Stack>
  );
}

const marked = (sign: string, text: string) => text.replace(/^(?=.)/gm, sign);

/** Of what is the same, the lines next to what is not. */
function around(text: string): string {
  const lines = text.replace(/\n$/, "").split("\n");
  const kept = lines.length > 5 ? [...lines.slice(0, 2), "…", ...lines.slice(-2)] : lines;
  return kept.map(line => `  ${line}\n`).join("");
}

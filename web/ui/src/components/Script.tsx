/** What the agents of a queue read while they talk: paragraphs, and points to tick in the mind. */

import { Anchor, List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { get } from "../api/client";
import type { Desk } from "../api/types";
import { useSpeech } from "../text/language";

const LONG = 250;

export const useDesk = (queue: string) =>
  useQuery({
    queryKey: ["desk", queue],
    queryFn: () => get<Desk>(`/queues/${encodeURIComponent(queue)}/desk`),
    staleTime: 60_000,
  });

export default function Script({ queue }: { queue: string }) {
  const { t, language } = useSpeech();
  const { data } = useDesk(queue);
  const [folded, setFolded] = useState(true);
  const script = data && (data.script[language] ?? Object.values(data.script)[0]);
  if (!script) return null;
  return (
    <div data-testid="script">
      <Text size="xs" c="dimmed" mt="md" mb={4}>
        {t("script")}
      </Text>
      <Stack gap={6} className="script" data-folded={folded || undefined}>
        {blocks(script).map((block, place) =>
          typeof block === "string" ? (
            <Text key={place} size="sm">
              {block}
            </Text>
          ) : (
            <List key={place} size="sm" spacing={2}>
              {block.map(point => (
                <List.Item key={point}>{point}</List.Item>
              ))}
            </List>
          ),
        )}
      </Stack>
      {script.length > LONG && (
        <Anchor component="button" type="button" size="xs" onClick={() => setFolded(!folded)}>
          {t(folded ? "showMore" : "showLess")}
        </Anchor>
      )}
    </div>
  );
}

/** Lines that begin with a dash are points of one list; every other line is a paragraph. */
export function blocks(script: string): (string | string[])[] {
  const found: (string | string[])[] = [];
  for (const line of script
    .split("\n")
    .map(one => one.trim())
    .filter(Boolean)) {
    const last = found.at(-1);
    if (!line.startsWith("- ")) found.push(line);
    else if (Array.isArray(last)) last.push(line.slice(2));
    else found.push([line.slice(2)]);
  }
  return found;
}

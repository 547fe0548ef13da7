/** What happened in a call, sentence by sentence; a moment's time goes there in the recording. */

import { Text, UnstyledButton } from "@mantine/core";

import type { CallEvent } from "../api/types";
import { useNames } from "../live/lists";
import { clock } from "../text/format";
import { useSpeech } from "../text/language";
import { story } from "../text/story";

interface Props {
  events: CallEvent[];
  started: string;
  /** Null where there is nothing to be heard. */
  seek: ((to: number) => void) | null;
}

export function CallSentences({ events, started, seek }: Props) {
  const { t } = useSpeech();
  const names = useNames();
  return (
    <ol className="story" data-testid="story">
      {story(events, t, names).map(told => {
        const at = (Date.parse(told.at) - Date.parse(started)) / 1000;
        return (
          <li key={told.id} data-tone={told.tone}>
            {seek === null ? (
              <Text span size="xs" c="dimmed" className="tabular story-time">
                {clock(at)}
              </Text>
            ) : (
              <UnstyledButton
                className="tabular story-time number-link"
                aria-label={t("playFrom", { time: clock(at) })}
                onClick={() => seek(at)}
              >
                {clock(at)}
              </UnstyledButton>
            )}
            <Text span>{told.text}</Text>
          </li>
        );
      })}
    </ol>
  );
}

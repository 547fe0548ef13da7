/** A call in time: its parts, under them the sound of both sides where it was recorded, and the scale that both share. */

import { Group, Text } from "@mantine/core";

import type { Call, CallEvent, Recording } from "../api/types";
import { clock } from "../text/format";
import { useSpeech } from "../text/language";
import { phases, type PhaseKind } from "../text/phases";
import { marks } from "../text/marks";
import type { Word } from "../text/words";
import { RecordingPlayer, type Axis } from "./Player";

const PHASE_WORDS: Record<PhaseKind, Word> = {
  menu: "phaseMenu",
  queue: "phaseQueue",
  ring: "phaseRing",
  talk: "phaseTalk",
  hold: "phaseHold",
  voicemail: "phaseVoicemail",
};

interface Props {
  call: Call;
  events: CallEvent[];
  /** RFC 3339: when the call ended, or now. */
  end: string;
  autoPlay: boolean;
  /** Seconds since the call began. */
  seek: { to: number } | null;
}

export function CallTimeline({ call, events, end, autoPlay, seek }: Props) {
  const began = Date.parse(call.started_at);
  const total = Math.max(0.1, (Date.parse(end) - began) / 1000);
  const above = <Parts events={events} end={end} total={total} />;
  const below = <Scale total={total} />;
  const axisOf = (recording: Recording): Axis => {
    const from = Math.min(total, Math.max(0, (Date.parse(recording.started_at) - began) / 1000));
    const to = Math.min(total, from + (recording.duration_s ?? 0));
    return {
      from: from / total,
      to: Math.max(to, from + total / 50) / total,
      above,
      below,
      seek: seek && { to: seek.to - from },
    };
  };
  if (call.recording_id && call.ended_at !== null)
    return (
      <RecordingPlayer key={call.recording_id} recordingId={call.recording_id} autoPlay={autoPlay} axisOf={axisOf} />
    );
  return (
    <div className="axis" data-silent="">
      <div className="axis-track">
        {above}
        {below}
      </div>
    </div>
  );
}

/** Each part as long as it took; the words stand below, so that short parts can be read too. */
function Parts({ events, end, total }: { events: CallEvent[]; end: string; total: number }) {
  const { t } = useSpeech();
  const parts = phases(events, end);
  if (parts.length === 0) return null;
  return (
    <div>
      <svg className="parts" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        {parts.map(part => (
          <rect
            key={part.from_s}
            x={(part.from_s / total) * 1000}
            width={Math.max(4, ((part.to_s - part.from_s) / total) * 1000 - 3)}
            height="10"
            className={`part-${part.kind}`}
          />
        ))}
      </svg>
      <Group component="ul" gap="sm" className="part-words">
        {parts.map(part => (
          <Text
            component="li"
            key={part.from_s}
            size="xs"
            c="dimmed"
            className={`part-word part-word-${part.kind} tabular`}
          >
            {t(PHASE_WORDS[part.kind])} {clock(Math.round(part.to_s - part.from_s))}
          </Text>
        ))}
      </Group>
    </div>
  );
}

function Scale({ total }: { total: number }) {
  return (
    <div className="scale" aria-hidden="true">
      {marks(total).map(at => (
        <span key={at} style={{ insetInlineStart: `${(100 * at) / total}%` }}>
          {clock(at)}
        </span>
      ))}
    </div>
  );
}

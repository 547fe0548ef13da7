/** A recording or a message: play, seek on the wave form, speed, download. The sound is fetched when it is wanted. */

import { ActionIcon, Group, Skeleton, Stack, Text, Tooltip } from "@mantine/core";
import { IconDownload, IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from "react";

import { get, recordingUrl, sound } from "../api/client";
import type { Recording } from "../api/types";
import { useRights } from "../live/may";
import { wave, type Wave } from "../media/wave";
import { clock } from "../text/format";
import { useSpeech } from "../text/language";
import { WaveForm } from "./WaveForm";

const RecordingKeeping = lazy(() => import("./RecordingKeeping").then(found => ({ default: found.RecordingKeeping })));
const FILING_MS = 500;
const UNFINISHED: Recording["state"][] = ["recording", "finishing"];
/** Above this the browser streams the sound and no wave form is drawn: about ten minutes in stereo. */
const DRAWN_BYTES = 20_000_000;
const SLICES = 600;
const SPEEDS = [1, 1.5, 2];

/** Where the sound lies on an axis that is longer than it, and what else lies on that axis. */
export interface Axis {
  /** Shares of the axis (0…1). */
  from: number;
  to: number;
  above: ReactNode;
  below: ReactNode;
  /** Seconds of the sound to go to; another object goes there again. */
  seek: { to: number } | null;
}

interface RecordingProps {
  recordingId: string;
  autoPlay?: boolean;
  /** The axis of the call, once it is known when the recording began. */
  axisOf?: (recording: Recording) => Axis;
}

/** The recording of a call, as soon as the server has filed it. */
export function RecordingPlayer({ recordingId, autoPlay = false, axisOf }: RecordingProps) {
  const { t } = useSpeech();
  const { may } = useRights();
  const recording = useQuery({
    queryKey: ["recordings", recordingId],
    queryFn: () => get<Recording>(`/recordings/${recordingId}`),
    refetchInterval: query => (query.state.data && UNFINISHED.includes(query.state.data.state) ? FILING_MS : false),
  });
  if (recording.isError || recording.data?.state === "failed") return <Text c="dimmed">{t("noRecording")}</Text>;
  if (recording.data?.state !== "ready")
    return (
      <Text c="dimmed" role="status">
        {t("recordingSoon")}
      </Text>
    );
  const lanes = recording.data.room ? [recording.data.room] : [t("left"), t("right")];
  const kept = recording.data;
  return (
    <>
      <SoundPlayer
        url={recordingUrl(recordingId)}
        size={kept.size ?? 0}
        lanes={lanes}
        autoPlay={autoPlay}
        {...(axisOf ? { axis: axisOf(kept) } : {})}
      />
      {(may("recordings.hold") || may("recordings.delete") || kept.rule) && (
        <Suspense>
          <RecordingKeeping recording={kept} />
        </Suspense>
      )}
    </>
  );
}

interface SoundProps {
  url: string;
  size: number;
  lanes: string[];
  autoPlay?: boolean;
  onPlay?: () => void;
  axis?: Axis;
}

export function SoundPlayer({ url, size, lanes, autoPlay = false, onPlay, axis }: SoundProps) {
  const { t } = useSpeech();
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(0);
  const [speed, setSpeed] = useState(1);
  const drawn = useDrawn(url, size <= DRAWN_BYTES);
  useProgress(audio, playing, setAt);
  useEffect(() => {
    if (audio.current) audio.current.playbackRate = speed;
  }, [speed]);

  const duration = drawn?.duration_s ?? length;
  function toggle() {
    const element = audio.current;
    if (element === null) return;
    if (element.paused) void element.play().catch(() => undefined);
    else element.pause();
  }
  function seek(to: number) {
    setAt(to);
    if (audio.current) audio.current.currentTime = to;
  }
  const wanted = axis?.seek ?? null;
  useEffect(() => {
    if (wanted === null || audio.current === null) return;
    seek(Math.max(0, wanted.to));
    void audio.current.play().catch(() => undefined);
  }, [wanted]);
  return (
    <Stack gap={4} className="player" data-testid="player">
      <audio
        ref={audio}
        src={url}
        preload="metadata"
        autoPlay={autoPlay}
        onPlay={() => {
          setPlaying(true);
          onPlay?.();
        }}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
        onLoadedMetadata={event => setLength(event.currentTarget.duration)}
      />
      <div className="axis">
        <ActionIcon size="xl" radius="xl" variant="filled" aria-label={t(playing ? "pause" : "play")} onClick={toggle}>
          {playing ? <IconPlayerPauseFilled size={20} /> : <IconPlayerPlayFilled size={20} />}
        </ActionIcon>
        <div className="axis-track">
          {axis?.above}
          <div
            className="wave-frame"
            style={axis && { marginInlineStart: `${100 * axis.from}%`, width: `${100 * (axis.to - axis.from)}%` }}
          >
            {drawn ? (
              <WaveForm wave={drawn} progress={duration > 0 ? at / duration : 0} />
            ) : (
              size <= DRAWN_BYTES && <Skeleton height={72} />
            )}
            <input
              type="range"
              className="wave-seek"
              aria-label={t("position")}
              aria-valuetext={`${clock(at)} / ${clock(duration)}`}
              min={0}
              max={Math.max(duration, 0.1)}
              step={0.1}
              value={Math.min(at, Math.max(duration, 0.1))}
              onChange={event => seek(Number(event.currentTarget.value))}
            />
          </div>
          {axis?.below}
        </div>
      </div>
      <Group gap="xs" justify="space-between">
        <Group gap="sm">
          <Text size="xs" className="tabular">
            {clock(at)} / {clock(duration)}
          </Text>
          {lanes.map((lane, place) => (
            <Text key={lane} size="xs" c="dimmed" className="lane" data-lane={place}>
              {lane}
            </Text>
          ))}
        </Group>
        <Group gap={4}>
          <Tooltip label={t("speed")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${t("speed")}: ${speed}×`}
              onClick={() => setSpeed(SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length] ?? 1)}
            >
              <span className="language-code tabular">{speed}×</span>
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t("download")}>
            <ActionIcon variant="subtle" color="gray" component="a" href={url} download aria-label={t("download")}>
              <IconDownload size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
    </Stack>
  );
}

function useDrawn(url: string, wanted: boolean): Wave | null {
  const { data } = useQuery({
    queryKey: ["wave", url],
    queryFn: async () => wave(await sound(url), SLICES),
    enabled: wanted,
    staleTime: Infinity,
    retry: false,
    refetchInterval: false,
  });
  return data ?? null;
}

/** The position while it plays, as often as the screen is drawn. */
function useProgress(audio: { current: HTMLAudioElement | null }, playing: boolean, tell: (at: number) => void): void {
  useEffect(() => {
    if (!playing) return;
    let frame = 0;
    const step = () => {
      if (audio.current) tell(audio.current.currentTime);
      frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [audio, playing, tell]);
}

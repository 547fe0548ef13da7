/** Recording with this browser's microphone: a WAV when it is stopped. */

import { useEffect, useRef, useState } from "react";

import { toWav } from "./wav";

/** `since`: when the recording began, null while nothing is recorded; `failed`: there is no microphone to be had. */
export interface Recorder {
  since: string | null;
  failed: boolean;
  start: () => void;
  stop: () => void;
}

export function useRecorder(done: (wav: Blob) => void): Recorder {
  const machine = useRef<MediaRecorder | null>(null);
  const [since, setSince] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => () => machine.current?.stream.getTracks().forEach(track => track.stop()), []);

  async function finish(recorded: Blob) {
    try {
      done(await toWav(recorded));
    } catch {
      setFailed(true);
    }
  }
  async function record() {
    setFailed(false);
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const parts: Blob[] = [];
    const recorder = new MediaRecorder(stream);
    recorder.ondataavailable = event => parts.push(event.data);
    recorder.onstop = () => {
      stream.getTracks().forEach(track => track.stop());
      setSince(null);
      void finish(new Blob(parts, { type: recorder.mimeType }));
    };
    machine.current = recorder;
    recorder.start();
    setSince(new Date().toISOString());
  }
  return {
    since,
    failed,
    start: () => void record().catch(() => setFailed(true)),
    stop: () => machine.current?.stop(),
  };
}

/** A note on the call, saved as one types. */

import { Text, Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { patch, post } from "../api/client";
import type { Note } from "../api/types";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";

const PAUSE_MS = 700;
const AGAIN_MS = 4_000;

type Saving = "untouched" | "typing" | "saved" | "failed";
const WORDS: Record<Saving, Word | null> = { untouched: null, typing: "saving", saved: "saved", failed: "notSaved" };

export function AutoNote({ callId }: { callId: string }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const key = `centralita.note.${callId}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? "");
  const [saving, setSaving] = useState<Saving>("untouched");
  const [tries, setTries] = useState(0);
  const id = useRef<string | null>(sessionStorage.getItem(`${key}.id`));
  const kept = useRef(sessionStorage.getItem(`${key}.saved`) ?? "");
  useEffect(() => {
    if (text === kept.current || (!text.trim() && id.current === null)) return;
    sessionStorage.setItem(key, text);
    setSaving("typing");
    const timer = setTimeout(async () => {
      try {
        const path = `/calls/${callId}/notes`;
        const note = id.current === null ? await post<Note>(path, { text }) : await patch<Note>(`${path}/${id.current}`, { text });
        id.current = note.id;
        kept.current = text;
        sessionStorage.setItem(`${key}.id`, note.id);
        sessionStorage.setItem(`${key}.saved`, text);
        setSaving("saved");
        void queries.invalidateQueries({ queryKey: ["notes", callId] });
      } catch {
        // What was typed stays on the screen and is tried again, also when the connection was away.
        setSaving("failed");
        setTimeout(() => setTries((before) => before + 1), AGAIN_MS);
      }
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, tries, callId, key, queries]);
  const word = WORDS[saving];
  return (
    <div>
      <Textarea size="sm" autosize minRows={2} maxRows={8} maxLength={20_000} aria-label={t("addNote")} placeholder={t("noteHint")} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <Text size="xs" c="dimmed" mih={18} role="status" data-testid="note-saved">{word && t(word)}</Text>
    </div>
  );
}

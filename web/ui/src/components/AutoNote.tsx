/** A note on the call, saved as one types; it outlives a refresh of the page and the end of the call. */

import { Text, Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { lasting, patch, post } from "../api/client";
import type { Note } from "../api/types";
import { Autosave, type Saving } from "../live/autosave";
import { useSpeech } from "../text/language";
import type { Word } from "../text/words";

const WORDS: Record<Saving, Word> = { typing: "saving", saved: "saved", failed: "notSaved" };

export function AutoNote({ callId }: { callId: string }) {
  const { t } = useSpeech();
  const queries = useQueryClient();
  const key = `centralita.note.${callId}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? "");
  const [saving, setSaving] = useState<Saving | null>(null);
  const [note] = useState(() => {
    const path = `/calls/${callId}/notes`;
    const save = async (words: string) => {
      const id = sessionStorage.getItem(`${key}.id`);
      if (id === null && !words.trim()) return;
      const kept =
        id === null
          ? await post<Note>(path, { text: words }, lasting(words))
          : await patch<Note>(`${path}/${id}`, { text: words }, lasting(words));
      sessionStorage.setItem(`${key}.id`, kept.id);
      sessionStorage.setItem(`${key}.saved`, words);
      void queries.invalidateQueries({ queryKey: ["notes", callId] });
    };
    return new Autosave(sessionStorage.getItem(`${key}.saved`) ?? "", save, setSaving);
  });
  useEffect(() => {
    const unsaved = sessionStorage.getItem(key);
    if (unsaved !== null && unsaved !== (sessionStorage.getItem(`${key}.saved`) ?? "")) note.typed(unsaved);
    const leave = () => {
      // A page that is only loaded anew could not learn the new note's id, and would write it twice.
      if (sessionStorage.getItem(`${key}.id`) !== null) void note.flush();
    };
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      void note.flush();
    };
  }, [note, key]);
  const typed = (words: string) => {
    setText(words);
    sessionStorage.setItem(key, words);
    note.typed(words);
  };
  return (
    <div>
      <Textarea
        size="sm"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={20_000}
        aria-label={t("addNote")}
        placeholder={t("noteHint")}
        value={text}
        onChange={event => typed(event.currentTarget.value)}
      />
      <Text size="xs" c="dimmed" mih={18} role="status" data-testid="note-saved">
        {saving && t(WORDS[saving])}
      </Text>
    </div>
  );
}

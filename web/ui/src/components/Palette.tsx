/** Ctrl/⌘ K: find people, customers, numbers and pages, set my state; all by keyboard. */

import { Modal, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useId, useState, type KeyboardEvent } from "react";

import type { PageLink } from "../pages/pages";
import { useSpeech } from "../text/language";
import { useCommands } from "./useCommands";

const TYPING_MS = 150;

export function Palette({ opened, close, pages }: { opened: boolean; close: () => void; pages: PageLink[] }) {
  const { t } = useSpeech();
  return (
    <Modal
      opened={opened}
      onClose={close}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="12vh"
      title={t("palette")}
      classNames={{ header: "unseen" }}
    >
      <Search close={close} pages={pages} />
    </Modal>
  );
}

function Search({ close, pages }: { close: () => void; pages: PageLink[] }) {
  const { t } = useSpeech();
  const id = useId();
  const [text, setText] = useState("");
  const [sought] = useDebouncedValue(text.trim(), TYPING_MS);
  const commands = useCommands(text.trim(), sought, pages);
  const [place, setPlace] = useState(0);
  const chosen = Math.min(place, Math.max(0, commands.length - 1));
  useEffect(() => setPlace(0), [text]);
  useEffect(() => {
    // In new browsers this returns a promise, which is no way to end an effect.
    void document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [id, chosen]);

  function run(which: number) {
    const command = commands[which];
    if (command === undefined) return;
    close();
    command.run();
  }
  function press(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && commands.length > 0) {
      event.preventDefault();
      setPlace((chosen + step + commands.length) % commands.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(chosen);
    }
  }
  return (
    <>
      <TextInput
        data-autofocus
        size="lg"
        variant="unstyled"
        className="palette-input"
        role="combobox"
        aria-label={t("palette")}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={commands.length > 0 ? `${id}-${chosen}` : undefined}
        placeholder={t("paletteHint")}
        leftSection={<IconSearch size={18} aria-hidden="true" />}
        value={text}
        maxLength={60}
        onChange={event => setText(event.currentTarget.value)}
        onKeyDown={press}
      />
      <div role="listbox" id={`${id}-list`} aria-label={t("palette")} className="palette-list">
        {commands.map(({ key, group, title, Icon }, which) => (
          <UnstyledButton
            key={key}
            id={`${id}-${which}`}
            component="div"
            role="option"
            aria-selected={which === chosen}
            className="palette-item"
            onClick={() => run(which)}
            onMouseMove={() => setPlace(which)}
          >
            <Icon size={18} aria-hidden="true" />
            <Text span className="grow" truncate>
              {title}
            </Text>
            <Text span size="xs" c="dimmed">
              {group}
            </Text>
          </UnstyledButton>
        ))}
      </div>
      <Text c="dimmed" px="md" pb="md" role="status">
        {commands.length === 0 && t("paletteNothing")}
      </Text>
    </>
  );
}

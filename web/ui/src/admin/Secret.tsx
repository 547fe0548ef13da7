/** Something that is shown once, to be copied. */

import { Button, CopyButton, Group, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";

import { useAdmin } from "./words";

export function Secret({ label, value }: { label: string; value: string }) {
  const { a } = useAdmin();
  return (
    <Group justify="space-between" wrap="nowrap" gap="xs">
      <div className="grow">
        <Text size="sm" c="dimmed">
          {label}
        </Text>
        <Text className="secret" data-testid="secret">
          {value}
        </Text>
      </div>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button
            size="xs"
            variant="light"
            onClick={copy}
            aria-label={`${a("copy")}: ${label}`}
            leftSection={
              copied ? <IconCheck size={14} aria-hidden="true" /> : <IconCopy size={14} aria-hidden="true" />
            }
          >
            {a(copied ? "copied" : "copy")}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}

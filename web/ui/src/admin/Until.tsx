/** Until when something counts; what is over stays to be seen. */

import { Badge, Text } from "@mantine/core";

import { moment } from "./moment";
import { useAdmin } from "./words";

export function Until({ at }: { at: string | null }) {
  const { a, language } = useAdmin();
  if (at === null)
    return (
      <Text size="sm" c="dimmed">
        {a("forever")}
      </Text>
    );
  return (
    <>
      {moment(at, language)}
      {Date.parse(at) < Date.now() && (
        <Badge ml={6} size="sm" color="gray" variant="light">
          {a("expired")}
        </Badge>
      )}
    </>
  );
}

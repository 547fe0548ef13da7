/** What stands where one's role does not let one look. */

import { Stack, Title } from "@mantine/core";

import { ApiError } from "../api/client";
import { Failure } from "../components/Failure";

export default function Closed({ title }: { title: string }) {
  return (
    <Stack>
      <Title order={1} size="h2">
        {title}
      </Title>
      <Failure error={new ApiError(403, "", "")} retry={() => undefined} />
    </Stack>
  );
}

/** A column's head that sorts the list by it, and says so. */

import { Table, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { ReactNode } from "react";

import { ariaSort } from "../live/order";

interface Props {
  sort: string | null;
  field: string;
  turn: (field: string) => void;
  right?: boolean;
  children: ReactNode;
}

export function SortHead({ sort, field, turn, right = false, children }: Props) {
  const order = ariaSort(sort, field);
  const Icon = { ascending: IconArrowUp, descending: IconArrowDown, none: null }[order];
  return (
    <Table.Th ta={right ? "right" : "left"} aria-sort={order}>
      <UnstyledButton className="sort-head" onClick={() => turn(field)}>
        {children}
        {Icon && <Icon size={14} aria-hidden="true" />}
      </UnstyledButton>
    </Table.Th>
  );
}

/** A list that comes from the server page by page; how many of them are open stands in the address. */

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { get, query } from "../api/client";
import type { Page } from "../api/types";
import { pagesOf } from "./order";
import { useAddress } from "./useAddress";

export interface Listed {
  /** Where the list is known to the cache; what is asked belongs to it. */
  key: readonly unknown[];
  path: string;
  asked?: Parameters<typeof query>[0];
  limit: number;
  /** The name in the address, where a page has several lists. */
  name?: string;
  every_ms?: number;
  enabled?: boolean;
}

export function usePages<T>({ key, path, asked = {}, limit, name = "pages", every_ms, enabled = true }: Listed) {
  const { address, change } = useAddress();
  const wanted = pagesOf(address.get(name));
  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => get<Page<T>>(`${path}${query({ ...asked, limit, cursor: pageParam })}`),
    initialPageParam: "",
    getNextPageParam: page => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: every_ms ?? false,
    enabled,
  });
  const loaded = list.data?.pages.length ?? 0;
  const { fetchNextPage, hasNextPage, isFetching, isError, isPlaceholderData } = list;
  const isShort = loaded > 0 && loaded < wanted && hasNextPage && !isPlaceholderData;
  useEffect(() => {
    if (isShort && !isFetching && !isError) void fetchNextPage();
  }, [isShort, isFetching, isError, fetchNextPage]);
  return {
    ...list,
    rows: list.data?.pages.flatMap(page => page.items) ?? [],
    isComing: isShort,
    more: () => {
      change({ [name]: String(loaded + 1) });
      void fetchNextPage();
    },
  };
}

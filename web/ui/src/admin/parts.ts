/** The company's parts as the API shows them, and everything that reads and writes them. */

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { get, post, put, query, remove } from "../api/client";
import type { Page } from "../api/types";
import { useRights } from "../live/may";
import type { Fields, JsonSchema } from "./jsonSchema";

export interface Part {
  name: string;
  version: number;
  changed_at: string;
  changed_by: string | null;
  value: Fields;
}

export interface PartPage extends Page<Part> {
  total: number;
}

export interface Form {
  kind: string;
  named_by: string;
  form: JsonSchema;
}

export interface Telephone {
  username: string;
  password: string;
  domain: string;
  server: string;
  port: number;
  transport: string;
  provisioning_url: string;
  expires_at: string;
  devices: { mac: string; vendor: string; address: string | null; expires_at: string | null }[];
}

export interface Passwords {
  page: string | null;
  telephone: Telephone | null;
}

export type Written = Part & { passwords?: Passwords };

/** What there is one of, under its own name. */
const SINGLE = new Set(["company", "recordings"]);
export const isSingle = (kind: string) => SINGLE.has(kind);
const SETTINGS = "settings";
const place = (kind: string, name?: string) =>
  `/settings/${kind}${name === undefined ? "" : `/${encodeURIComponent(name)}`}`;

export function useForms() {
  const { may } = useRights();
  return useQuery({
    queryKey: [SETTINGS, "forms"],
    queryFn: () => get<Page<Form>>("/settings"),
    staleTime: Infinity,
    enabled: may("settings.forms"),
  });
}

/** The parts of a kind; what one's role does not show is not asked for, and stays without an answer. */
export function useParts(kind: string, asked: Record<string, string | number | null> = {}, enabled = true) {
  const { may } = useRights();
  return useQuery({
    queryKey: [SETTINGS, kind, "list", asked],
    queryFn: () => get<PartPage>(`${place(kind)}${query(asked)}`),
    placeholderData: keepPreviousData,
    enabled: enabled && may(`settings.${kind}.list`),
  });
}

export function usePart(kind: string, name: string | null) {
  const { may } = useRights();
  return useQuery({
    queryKey: [SETTINGS, kind, "one", name],
    queryFn: () => get<Part>(isSingle(kind) ? place(kind) : place(kind, name ?? "")),
    enabled: name !== null && may(`settings.${kind}.read`),
    retry: false,
  });
}

export function useWrite(kind: string, name: string | null, version: number | undefined) {
  const again = useLookAgain();
  return useMutation({
    mutationFn: (value: Fields) => {
      const path = isSingle(kind) ? place(kind) : name === null ? place(kind) : place(kind, name);
      return name === null ? post<Written>(path, value) : put<Written>(`${path}${query({ version })}`, value);
    },
    // Refused, too: somebody else may have saved it meanwhile.
    onSettled: again,
  });
}

export function useDelete(kind: string) {
  const again = useLookAgain();
  return useMutation({
    mutationFn: ({ name, version, detach }: { name: string; version: number; detach?: boolean }) =>
      remove<void>(`${place(kind, name)}${query({ version, detach: detach || null })}`),
    onSuccess: again,
  });
}

/** Everything of the company is asked for again: one part is named in others. */
export function useLookAgain() {
  const queries = useQueryClient();
  return () => {
    for (const key of [SETTINGS, "audit", "agents", "queues", "prompts"])
      void queries.invalidateQueries({ queryKey: [key] });
  };
}

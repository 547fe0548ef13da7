/** One door to the server's API: JSON in, JSON out, problem documents (RFC 9457) as typed errors. */

import { learnServerTime } from "../live/serverClock";

const BASE = "/api/v1";

export interface Fault {
  field: string;
  message: string;
  /** Another part of the company that stands in the way, as `queues/sales`, and the field of it. */
  part?: string;
  part_field?: string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly faults: Fault[] = [],
  ) {
    super(detail || title);
  }
}

/** Everything that an error says, where there are no fields at which its faults could stand. */
export function sayAll(error: Error): string {
  const faults = error instanceof ApiError ? error.faults : [];
  return faults.length === 0 ? error.message : [...new Set(faults.map(fault => sentence(fault.message)))].join(". ");
}

const MOST_LASTING_LETTERS = 10_000;

/** How to write `text` so that it arrives although the page is closed meanwhile: browsers keep 64 KiB alive. */
export const lasting = (text: string): RequestInit => ({ keepalive: text.length < MOST_LASTING_LETTERS });

async function answer(
  method: string,
  path: string,
  accept: string,
  body?: unknown,
  type = "application/json",
  how: RequestInit = {},
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(BASE + path, {
      ...how,
      method,
      credentials: "same-origin",
      headers: {
        Accept: accept,
        "Accept-Language": document.documentElement.lang || "es",
        ...(body === undefined ? {} : { "Content-Type": type }),
        ...(method === "GET" ? {} : { "X-CSRF-Token": csrfToken() }),
      },
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, "offline", "");
  }
  learnServerTime(response.headers.get("Date"));
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as { title?: string; detail?: string; errors?: Fault[] };
    throw new ApiError(
      response.status,
      sentence(problem.title ?? response.statusText),
      sentence(problem.detail ?? ""),
      problem.errors ?? [],
    );
  }
  return response;
}

const sentence = (said: string) => said.charAt(0).toUpperCase() + said.slice(1);

async function request<T>(method: string, path: string, body?: unknown, how?: RequestInit): Promise<T> {
  const response = await answer(method, path, "application/json", body, "application/json", how);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** The token that the server has put beside the session cookie; a page of another origin cannot read it. */
function csrfToken(): string {
  return document.cookie.match(/(?:^|;\s*)centralita_csrf=([^;]*)/)?.[1] ?? "";
}

export const get = <T>(path: string) => request<T>("GET", path);
export const post = <T>(path: string, body: unknown = {}, how?: RequestInit) => request<T>("POST", path, body, how);
export const put = <T>(path: string, body: unknown) => request<T>("PUT", path, body);
export const patch = <T>(path: string, body: unknown, how?: RequestInit) => request<T>("PATCH", path, body, how);
export const remove = <T>(path: string, how?: RequestInit) => request<T>("DELETE", path, undefined, how);

/** A file as the body, whatever its type; the answer is JSON. */
export async function upload<T>(method: string, path: string, file: Blob, type: string): Promise<T> {
  const response = await answer(method, path, "application/json", file, type);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** What the API answers as a file. */
export const blob = async (method: string, path: string, body?: unknown) =>
  (await answer(method, path, "*/*", body)).blob();

/** A query string of what has a value; empty when nothing has. */
export function query(values: Record<string, string | number | boolean | null | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

export const recordingUrl = (id: string) => `${BASE}/recordings/${id}/audio`;
export const promptUrl = (folder: string, name: string) => `${BASE}/prompts/${folder}/${encodeURIComponent(name)}`;
export const voicemailUrl = (id: string) => `${BASE}/voicemails/${id}/audio`;

/** The bytes of a sound, as WAV. */
export async function sound(url: string): Promise<ArrayBuffer> {
  return (await answer("GET", url.slice(BASE.length), "audio/wav")).arrayBuffer();
}

/** A text as the machine speaks it, as WAV. */
export async function spoken(text: string, language: string): Promise<Blob> {
  return (await answer("POST", "/prompts/speak", "audio/wav", { text, language })).blob();
}

/** Save the table that `path` answers as CSV under `name`. */
export async function saveTable(path: string, name: string): Promise<void> {
  const url = URL.createObjectURL(await (await answer("GET", path, "text/csv")).blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

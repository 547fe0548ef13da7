/** Calls told to this browser while its page is closed (Web Push): asked for by the person, renewed with each session. */

import { get, post, remove } from "../api/client";
import type { AllSubscribed, PushKeyShown, Subscribed } from "../api/schema";
import type { Language } from "../text/words";

/** `unsupported`: the browser has none, or only for pages that are installed; `denied`: the person has said no to notifications. */
export type PushState = "unsupported" | "denied" | "off" | "on";

const PATH = "/push/subscriptions";

/** The worker that is told; null where there is none. */
async function worker(): Promise<ServiceWorkerRegistration | null> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return null;
  return (await navigator.serviceWorker.getRegistration()) ?? null;
}

/** What the person may change; `wanted`: whether it has been turned on here. */
export async function pushState(wanted: boolean): Promise<PushState> {
  if ((await worker()) === null) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  return wanted && Notification.permission === "granted" ? "on" : "off";
}

/** From a click: ask, subscribe, tell the server. Throws ApiError, and DOMException when there is no push service. */
export async function turnPushOn(language: Language): Promise<PushState> {
  const registration = await worker();
  if (registration === null) return "unsupported";
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? "denied" : "off";
  await subscribe(registration, language);
  return "on";
}

/** A new session is told of calls as the last one was. Without the permission, nothing happens. */
export async function renewPush(language: Language): Promise<void> {
  const registration = await worker();
  if (registration !== null && Notification.permission === "granted") await subscribe(registration, language);
}

/** This browser is told no more, whether or not the server can be reached. */
export async function turnPushOff(): Promise<void> {
  const subscription = await (await worker())?.pushManager.getSubscription();
  await subscription?.unsubscribe();
  const { items } = await get<AllSubscribed>(PATH);
  await Promise.all(items.filter(one => one.is_this).map(({ id }) => remove(`${PATH}/${id}`)));
}

async function subscribe(registration: ServiceWorkerRegistration, language: Language): Promise<void> {
  const { public_key } = await get<PushKeyShown>("/push/key");
  const key = octets(public_key);
  let subscription = await registration.pushManager.getSubscription();
  if (subscription !== null && !sameKey(subscription.options.applicationServerKey, key)) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = subscription.toJSON();
  await post<Subscribed>(PATH, {
    endpoint,
    keys: { p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" },
    language,
  });
}

/** base64url as octets. */
export function octets(written: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(written.replace(/-/g, "+").replace(/_/g, "/")), letter => letter.charCodeAt(0));
}

export function sameKey(one: ArrayBuffer | null, other: Uint8Array): boolean {
  const bytes = new Uint8Array(one ?? new ArrayBuffer(0));
  return bytes.length === other.length && bytes.every((byte, place) => byte === other[place]);
}

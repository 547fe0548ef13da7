/** Somebody calls and the person looks elsewhere: the title blinks, and a hidden page sends a notification. */

const BLINK_MS = 1000;
const TAG = "centralita.call";

/** What the buttons of a notification say, and what they do; `choose` is called with the name of the one that was pressed. */
export interface Buttons {
  words: Record<"answer" | "decline", string>;
  choose: (action: string) => void;
}

/** Until the answer is called. Only notifications of a service worker have buttons. */
export function callAttention(text: string, detail: string, { words, choose }: Buttons): () => void {
  let title = document.title;
  const blink = window.setInterval(() => {
    if (document.title !== text) title = document.title;
    document.title = document.title === text ? title : text;
  }, BLINK_MS);
  let notification: Notification | null = null;
  let over = false;
  const options = { body: detail, icon: "/icon.svg", tag: TAG, requireInteraction: true };
  const plain = () => {
    notification = new Notification(text, options);
    notification.onclick = () => window.focus();
  };
  const show = async () => {
    const worker = await navigator.serviceWorker?.getRegistration();
    if (over) return;
    if (!worker?.active) return plain();
    const actions = (["decline", "answer"] as const).map(action => ({ action, title: words[action] }));
    await worker.showNotification(text, { ...options, actions } as NotificationOptions);
  };
  // A browser that refuses a notification has refused nothing else: the title blinks and the page rings.
  if (document.hidden && "Notification" in window && Notification.permission === "granted")
    show().catch(() => undefined);
  const pressed = (event: MessageEvent<{ action?: string } | null>) => event.data?.action && choose(event.data.action);
  navigator.serviceWorker?.addEventListener("message", pressed);
  return () => {
    over = true;
    navigator.serviceWorker?.removeEventListener("message", pressed);
    clearInterval(blink);
    if (document.title === text) document.title = title;
    notification?.close();
    void navigator.serviceWorker
      ?.getRegistration()
      .then(async worker => (await worker?.getNotifications({ tag: TAG }))?.forEach(one => one.close()));
  };
}

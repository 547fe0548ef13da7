/** Somebody calls and the person looks elsewhere: the title blinks, and a hidden page sends a notification. */

const BLINK_MS = 1000;
const TAG = "centralita.call";

/** Until the answer is called. */
export function callAttention(text: string, detail: string): () => void {
  let title = document.title;
  const blink = window.setInterval(() => {
    if (document.title !== text) title = document.title;
    document.title = document.title === text ? title : text;
  }, BLINK_MS);
  let notification: Notification | null = null;
  if (document.hidden && "Notification" in window && Notification.permission === "granted") {
    const options = { body: detail, icon: "/icon.svg", tag: TAG, requireInteraction: true };
    try {
      notification = new Notification(text, options);
      notification.onclick = () => window.focus();
    } catch {
      // Telephones know only those of a service worker.
      void navigator.serviceWorker?.ready.then((worker) => worker.showNotification(text, options));
    }
  }
  return () => {
    clearInterval(blink);
    if (document.title === text) document.title = title;
    notification?.close();
    void navigator.serviceWorker?.getRegistration().then(async (worker) => (await worker?.getNotifications({ tag: TAG }))?.forEach((one) => one.close()));
  };
}

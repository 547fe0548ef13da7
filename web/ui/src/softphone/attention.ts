/** Somebody calls and the person looks elsewhere: the title blinks, and a hidden page sends a notification. */

const BLINK_MS = 1000;

/** Until the answer is called. */
export function callAttention(text: string, detail: string): () => void {
  let title = document.title;
  const blink = window.setInterval(() => {
    if (document.title !== text) title = document.title;
    document.title = document.title === text ? title : text;
  }, BLINK_MS);
  let notification: Notification | null = null;
  if (document.hidden && "Notification" in window && Notification.permission === "granted") {
    notification = new Notification(text, { body: detail, icon: "/icon.svg", tag: "centralita.call", requireInteraction: true });
    notification.onclick = () => window.focus();
  }
  return () => {
    clearInterval(blink);
    if (document.title === text) document.title = title;
    notification?.close();
  };
}

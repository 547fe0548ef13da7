/* The page's service worker. It keeps nothing of a page that is live by nature: only a word for when there is no way to the server, and calls that come while the page is closed. */

const AWAY = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Centralita</title>
<body><main><h1>Centralita</h1><p lang="es">No hay conexión con la centralita. Vuelve a cargar la página cuando la haya.</p>
<p lang="en">There is no connection to the exchange. Load the page again once there is.</p></main></body>`;
const CALL_TAG = "centralita.call"; // as softphone/attention.ts has it: a call has one notification, whoever shows it
const WORDS = {
  es: {
    "call.rings": "Te llaman. Pulsa para responder.",
    "call.missed": "Llamada perdida",
    "call.answered": "Respondida en otro sitio",
    withheld: "Número oculto",
  },
  en: {
    "call.rings": "Somebody calls. Tap to answer.",
    "call.missed": "Missed call",
    "call.answered": "Answered elsewhere",
    withheld: "Withheld number",
  },
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", event => {
  if (event.request.mode !== "navigate") return;
  event.respondWith(
    fetch(event.request).catch(
      () => new Response(AWAY, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } }),
    ),
  );
});

const pages = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });

/* What web/api/push/ringing.py writes: {kind, call_id, number, name, language, at}. */
function read(data) {
  try {
    const call = data.json();
    if (call !== null && typeof call === "object") return call;
  } catch {
    // Whatever it is, browsers want something shown for each push.
  }
  return {};
}

async function pushed(call) {
  const open = await pages();
  for (const page of open) page.postMessage({ kind: call.kind });
  const words = WORDS[call.language] ?? WORDS.es;
  const rings = call.kind === "call.rings";
  const shown = await self.registration.getNotifications({ tag: CALL_TAG });
  if (!rings) {
    const isOfAnother = shown.length > 0 && shown.every(one => one.data?.call_id !== call.call_id);
    if (isOfAnother) return;
    if (open.some(page => page.visibilityState === "visible")) {
      for (const one of shown) one.close();
      return;
    }
  }
  const who = call.name || call.number || words.withheld;
  const what = words[call.kind] ?? words["call.rings"];
  await self.registration.showNotification(who, {
    body: call.name && call.number ? `${what}\n${call.number}` : what,
    lang: call.language,
    tag: CALL_TAG,
    renotify: rings,
    silent: !rings,
    requireInteraction: rings,
    vibrate: rings ? [400, 200, 400, 200, 400] : undefined,
    timestamp: Date.parse(call.at) || Date.now(),
    icon: "/icon.svg",
    data: { call_id: call.call_id, page: rings ? "/phone" : "/calls" },
  });
}

self.addEventListener("push", event => event.waitUntil(pushed(read(event.data))));

/* A click brings the page to the front, or opens it: it connects, and the call rings there. A button is told to the page that rings. */
self.addEventListener("notificationclick", event => {
  event.notification.close();
  const { action } = event;
  event.waitUntil(
    pages().then(([page, ...others]) => {
      if (page === undefined) return self.clients.openWindow(event.notification.data?.page ?? "/phone");
      if (action) for (const one of [page, ...others]) one.postMessage({ action });
      return action === "decline" ? undefined : page.focus();
    }),
  );
});

/* The page's service worker. It keeps nothing of a page that is live by nature: only a word for when there is no way to the server. */

const AWAY = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Centralita</title>
<body><main><h1>Centralita</h1><p lang="es">No hay conexión con la centralita. Vuelve a cargar la página cuando la haya.</p>
<p lang="en">There is no connection to the exchange. Load the page again once there is.</p></main></body>`;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate") return;
  event.respondWith(fetch(event.request).catch(() => new Response(AWAY, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } })));
});

/* A call that the page has announced while hidden: a click on the notification brings the page to the front. */
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then(([page]) => (page ? page.focus() : self.clients.openWindow("/phone"))),
  );
});

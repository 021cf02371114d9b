// What the service worker does with a push: show that there is a reminder, and open it on a tap.
// Plain statements on `self`, so that a worker can take it in by import or by importScripts. A push
// holds no more than this shows: a title that tells nothing, an address on this site, and a name
// under which a second copy takes the place of the first.
self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data ? event.data.json() : {}; } catch { told = {}; }
  const options = { tag: told.tag || "reminder", data: { url: told.url || "/reminders/" } };
  event.waitUntil(self.registration.showNotification(told.title || "You have a reminder", options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data?.url || "/reminders/", self.location.origin);
  if (address.origin !== self.location.origin) return;
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const known = open.find((client) => client.url === address.href);
    return known ? known.focus() : self.clients.openWindow(address.href);
  })());
});

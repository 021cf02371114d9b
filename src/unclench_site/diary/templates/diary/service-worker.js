{% load static %}// Answers for the diary when there is no connection. It keeps the offline page and the files that
// this page needs: nothing that is about anybody.
const { name, kept, offline, diary } = {{ settings|safe }};

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

/** The offline page is fetched as a stranger, so that it shows nobody's name. */
async function keep() {
  const cache = await caches.open(name);
  await Promise.all(
    kept.map(async (address) => {
      const answer = await fetch(address, { credentials: "omit", cache: "reload" });
      if (!answer.ok) throw new Error(`cannot keep ${address}`);
      await cache.put(address, answer);
    }),
  );
}

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((one) => one !== name).map((one) => caches.delete(one))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (address.pathname.startsWith(diary)) event.respondWith(fetch(request).catch(() => fromKept(offline)));
  } else if (kept.includes(address.pathname) && address.pathname !== offline) {
    event.respondWith(fromKept(address.pathname).then((found) => found ?? fetch(request)));
  }
});

async function fromKept(address) {
  const cache = await caches.open(name);
  return cache.match(address);
}

// Shows that there is a reminder, and opens it on a tap.
importScripts("{% static 'reminders/push.js' %}");

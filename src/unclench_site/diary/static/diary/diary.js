// The diary works whole without this file. It adds: taps that are kept on the device first and sent
// after, each once, so that a lost connection or a crash loses nothing; pages that change in place;
// and a sign-out that leaves nothing behind, and throws nothing away unasked.

const script = document.querySelector("script[data-sign-out]");
const signOut = script?.dataset.signOut;
const WAIT_MS = 15_000;
const AGAIN_MS = 60_000;
const SOON_MS = 700; // a tap that is sent sooner needs no word that it waits
const TREMOR_MS = 700; // a hand that shakes taps twice: the second tap is the same one

// --- what is kept on the device ------------------------------------------------------------------

/** Taps that were not sent yet, in the order in which they were made. */
class Kept {
  static async open() {
    const database = await done(
      Object.assign(indexedDB.open("unclench-diary", 1), {
        onupgradeneeded: ({ target }) => {
          target.result.createObjectStore("waiting", { keyPath: "id", autoIncrement: true });
          target.result.createObjectStore("about");
        },
      }),
    );
    const kept = new Kept();
    kept.database = database;
    database.onversionchange = () => database.close();
    if (script) await kept.write("about", (about) => about.put(script.dataset.person, "person"));
    kept.person = script?.dataset.person ?? (await done(kept.read("about").get("person")));
    return kept;
  }

  read(name) {
    return this.database.transaction(name).objectStore(name);
  }

  /** Resolves when it is on the disk, not before. */
  write(name, change) {
    const transaction = this.database.transaction(name, "readwrite", { durability: "strict" });
    change(transaction.objectStore(name));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  add(tap) {
    return this.write("waiting", (waiting) => waiting.add({ ...tap, person: this.person }));
  }

  put(tap) {
    return this.write("waiting", (waiting) => waiting.put(tap));
  }

  drop(tap) {
    return this.write("waiting", (waiting) => waiting.delete(tap.id));
  }

  /** What waits, of the person who is signed in. */
  async waiting() {
    const all = await done(this.read("waiting").getAll());
    return all.filter((tap) => tap.person === this.person);
  }

  /** Forgets the person who signs out, with all that waits of theirs. */
  async forget() {
    const taps = await this.waiting();
    await this.write("waiting", (waiting) => taps.forEach((tap) => waiting.delete(tap.id)));
    await this.write("about", (about) => about.clear());
  }
}

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

let kept;
const opening = Kept.open().then(
  (found) => (kept = found),
  () => undefined, // a browser that keeps nothing: forms are sent as they are
);

// --- sending -------------------------------------------------------------------------------------

const ask = (address, options) =>
  fetch(address, {
    ...options,
    redirect: "error",
    signal: AbortSignal.timeout(WAIT_MS),
    headers: { Accept: "application/json", ...options?.headers },
  });

/** Sends what waits, oldest first; gives the last answer. One page at a time does it. */
function send() {
  if (!navigator.locks) return sendAll();
  return navigator.locks.request("unclench-diary", sendAll);
}

async function sendAll() {
  let last;
  const taps = (await kept.waiting()).filter((tap) => !tap.refused);
  if (!taps.length) return last;
  try {
    const token = await ask(document.querySelector("diary-queue, script[data-token]").dataset.token);
    if (!token.ok) return last;
    const signed = await token.json();
    for (const tap of taps.filter((one) => one.person === signed.owner)) {
      const answer = await ask(tap.address, {
        method: "POST",
        headers: { "X-CSRFToken": signed.token },
        body: new URLSearchParams(tap.fields),
      });
      if (answer.ok) {
        last = await answer.json();
        await kept.drop(tap);
      } else if ([400, 404, 422].includes(answer.status)) {
        await kept.put({ ...tap, refused: await reason(answer) });
      } else {
        break;
      }
    }
  } catch {
    // no connection, or nobody is signed in: it waits
  }
  return last;
}

async function reason(answer) {
  try {
    return (await answer.json()).words;
  } catch {
    return "The site could not take this one.";
  }
}

/** Sends, shows what is left, and what came of it. */
async function deliver() {
  const last = await send();
  await show();
  if (last) await renew(last);
}

// --- taps ----------------------------------------------------------------------------------------

let before = { what: "", at: 0 };

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!kept?.person) return;
  if (signOut && new URL(form.action).pathname === signOut) {
    event.preventDefault();
    leave(form);
  } else if ("keep" in form.dataset) {
    event.preventDefault();
    tap(form, submitter);
  }
});

async function tap(form, submitter) {
  const what = `${form.action} ${form.dataset.keep} ${submitter?.value ?? ""}`;
  if (what === before.what && performance.now() - before.at < TREMOR_MS) return;
  before = { what, at: performance.now() };
  if ("beep" in form.dataset) beep();
  const fields = new Map(new FormData(form, submitter));
  fields.delete("csrfmiddlewaretoken");
  fields.set("key", newKey());
  if (fields.has("kind")) {
    fields.set("happened_at", new Date().toISOString());
    fields.set("zone", Intl.DateTimeFormat().resolvedOptions().timeZone ?? "");
  }
  const words = fields.get("value") ? `${form.dataset.keep} ${submitter?.textContent ?? ""}` : form.dataset.keep;
  try {
    await kept.add({ address: new URL(form.action).pathname, fields: [...fields], words, at: Date.now() });
  } catch {
    form.submit(); // the device has no room: the tap goes as a form does
    return;
  }
  form.reset();
  const soon = setTimeout(show, navigator.onLine ? SOON_MS : 0);
  await deliver();
  clearTimeout(soon);
}

/** Random letters; `randomUUID` is missing where the site is not served over https. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What to do when a pump beeps, before anything is sent. */
function beep() {
  const template = document.getElementById("beep-template");
  if (template && !document.getElementById("beep-words")) {
    document.getElementById("diary").prepend(template.content.cloneNode(true));
  }
  const words = document.getElementById("beep-words");
  words.hidden = false;
  words.focus();
}

// --- the page ------------------------------------------------------------------------------------

/** Shows how many taps wait, and each of them. */
class DiaryQueue extends HTMLElement {
  async show() {
    const taps = await kept.waiting();
    this.hidden = !taps.length && !this.dataset.offline;
    if (!taps.length) {
      this.replaceChildren();
      return;
    }
    const count = element("p", `Kept on this device: ${taps.length} waiting`);
    count.role = "status";
    this.replaceChildren(count);
    if ("offline" in this.dataset) return; // whoever holds the device sees how many, and not what
    this.append(element("ul", ...taps.map((one) => this.line(one))));
    const again = element("button", "Send now");
    again.type = "button";
    again.onclick = async () => {
      for (const one of taps.filter((tap) => tap.refused)) await kept.put({ ...one, refused: "" });
      deliver();
    };
    this.append(again);
  }

  line(one) {
    const clock = new Date(one.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const away = element("button", "Throw away", element("span", `: ${one.words}, ${clock}`));
    away.lastChild.className = "visually-hidden";
    away.type = "button";
    away.className = "quiet";
    away.onclick = async () => {
      await kept.drop(one);
      show();
    };
    const item = element("li", element("span", `${clock} ${one.words}`), away);
    if (one.refused) item.append(element("p", one.refused));
    return item;
  }
}

customElements.define("diary-queue", DiaryQueue);

function element(name, ...parts) {
  const made = document.createElement(name);
  made.append(...parts);
  return made;
}

const show = () => document.querySelector("diary-queue")?.show();

/** The page anew after something arrived, in place; what was open stays open. */
async function renew(last) {
  const queue = document.querySelector("diary-queue");
  if (!queue) return;
  if ("offline" in queue.dataset) {
    location.assign(queue.dataset.today);
    return;
  }
  if (location.pathname !== queue.dataset.today) {
    location.reload();
    return;
  }
  const answer = await fetch(`${queue.dataset.today}?logged=${last.entry}`);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const open = [...document.querySelectorAll("#diary .chart details[open]")].map((part) => part.id);
  document.getElementById("diary").replaceWith(page.getElementById("diary"));
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  (document.getElementById("beep-words") ?? document.getElementById("tap-words"))?.focus();
  await show();
}

// --- leaving -------------------------------------------------------------------------------------

/** Signs out once nothing waits any more, or the person says to throw it away. */
async function leave(form) {
  await send();
  const taps = await kept.waiting();
  if (!taps.length) {
    await kept.forget();
    form.submit();
    return;
  }
  const many = taps.length === 1 ? "1 entry is" : `${taps.length} entries are`;
  const words = element("p", `${many} on this device only, and could not be sent.`);
  const send_ = element("button", "Try to send again");
  send_.type = "button";
  send_.onclick = () => {
    choice.remove();
    leave(form);
  };
  const away = element("button", "Throw away and sign out");
  away.type = "button";
  away.onclick = async () => {
    await kept.forget();
    form.submit();
  };
  document.getElementById("leaving")?.remove();
  const choice = element("div", words, send_, away);
  choice.id = "leaving";
  choice.role = "alert";
  choice.className = "card flow";
  form.after(choice);
  choice.tabIndex = -1;
  choice.focus();
}

// --- beginning -----------------------------------------------------------------------------------

opening.then(async () => {
  if (!kept) return;
  const queue = document.querySelector("diary-queue");
  const worker = queue?.dataset.worker;
  if (worker) navigator.serviceWorker?.register(worker, { scope: "/" }).catch(() => undefined);
  if (queue && !kept.person) {
    document.querySelector(".taps")?.replaceChildren(
      element("p", "Nobody is signed in on this device. Sign in once with a connection, and the diary works without one too."),
    );
    return;
  }
  document.documentElement.dataset.diary = "ready";
  await show();
  await deliver();
  addEventListener("online", deliver);
  document.addEventListener("visibilitychange", () => document.hidden || deliver());
  setInterval(deliver, AGAIN_MS);
});

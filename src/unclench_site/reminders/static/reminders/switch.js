// Lets this browser show notifications: asks for leave on a tap, subscribes, and posts the form.
class PushSwitch extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.said = this.querySelector("[role=status]");
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
      this.say("This browser cannot show notifications of a site. E-mail works.");
      return;
    }
    this.form.hidden = false;
    this.say("");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.subscribe().catch(() => this.say("That did not work. Expected: a device that is online. Try: once more, or e-mail."));
    });
  }

  say(words) { this.said.textContent = words; }

  async subscribe() {
    if ((await Notification.requestPermission()) !== "granted") {
      this.say("This browser does not let us. Expected: notifications allowed for this site. Try: the settings of your browser.");
      return;
    }
    const worker = await navigator.serviceWorker.ready;
    const answer = await fetch(this.dataset.key);
    if (!answer.ok) throw new Error("no key");
    const held = await worker.pushManager.getSubscription();
    const subscription = held ?? await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: (await answer.text()).trim(),
    });
    const { endpoint, keys } = subscription.toJSON();
    this.form.elements.endpoint.value = endpoint;
    this.form.elements.p256dh.value = keys.p256dh;
    this.form.elements.auth.value = keys.auth;
    this.form.submit();
  }
}
customElements.define("push-switch", PushSwitch);

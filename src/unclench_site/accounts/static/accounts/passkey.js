// Passkeys: asks the device to make one or to show one, and sends what it says with the form.
// <pass-key does="make|show" options='{…}'> wraps a form; without `options` they are fetched from
// the form's own address when they are needed, so that they are fresh.

const toBytes = (text) => Uint8Array.from(
  atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

const withBytes = (known) => known.map((one) => ({ ...one, id: toBytes(one.id) }));

function toMake({ publicKey }) {
  return { publicKey: {
    ...publicKey,
    challenge: toBytes(publicKey.challenge),
    user: { ...publicKey.user, id: toBytes(publicKey.user.id) },
    excludeCredentials: withBytes(publicKey.excludeCredentials ?? []),
    authenticatorSelection: {
      ...publicKey.authenticatorSelection,
      residentKey: "required", requireResidentKey: true, userVerification: "required",
    },
  } };
}

function toShow({ publicKey }) {
  return { publicKey: {
    ...publicKey,
    challenge: toBytes(publicKey.challenge),
    allowCredentials: withBytes(publicKey.allowCredentials ?? []),
  } };
}

function said(credential) {
  const answer = { clientDataJSON: toText(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) answer[part] = toText(credential.response[part]);
  }
  if (credential.response.getTransports) answer.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: answer,
  };
}

class PassKey extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential || !window.isSecureContext) return;
    this.toggleAttribute("ready", true);
    this.form = this.querySelector("form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask().catch((fault) => this.tell(fault));
    });
  }

  async options() {
    if (this.hasAttribute("options")) return JSON.parse(this.getAttribute("options"));
    const answer = await fetch(this.form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return (await answer.json()).request_options;
  }

  async ask() {
    const options = await this.options();
    const credential = this.getAttribute("does") === "make"
      ? await navigator.credentials.create(toMake(options))
      : await navigator.credentials.get(toShow(options));
    this.form.querySelector("input[name$=credential]").value = JSON.stringify(said(credential));
    this.form.submit();
  }

  tell(fault) {
    const refused = ["NotAllowedError", "AbortError"].includes(fault.name);
    this.querySelector("[role=status]").textContent = fault.name === "InvalidStateError"
      ? "This device has a passkey for you already."
      : refused ? "Nothing happened: the device was not asked to the end. You can try again."
        : "The device could not do that. You can try again, or take another way in.";
  }
}

customElements.define("pass-key", PassKey);

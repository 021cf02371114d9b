// The explore page works whole without this file. It adds: sliders and buttons beside numbers,
// which control was moved (so that words and controls stay in step), which width of drawing is
// shown, open parts that stay open, and a button that copies the address.

/** A number with a slider and two buttons. The number is the control; the others only set it. */
class StepSlider extends HTMLElement {
  connectedCallback() {
    this.number = this.querySelector('input[inputmode="decimal"]');
    this.range = this.querySelector('input[type="range"]');
    this.addEventListener("click", this);
    this.addEventListener("input", this);
    this.addEventListener("keydown", this);
  }

  handleEvent(event) {
    if (event.type === "click") {
      const button = event.target.closest("[data-step]");
      if (button) this.move(Number(button.dataset.step));
    } else if (event.type === "keydown") {
      const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (way && event.target === this.number) {
        event.preventDefault();
        this.move(way);
      }
    } else if (event.target === this.range) {
      this.number.value = this.range.value;
    } else if (event.target === this.number && this.value() !== null) {
      this.range.value = String(this.value());
    }
  }

  /** To the next whole step up or down, and never below nothing. */
  move(way) {
    const step = Number(this.range.step);
    const from = (this.value() ?? 0) / step;
    const whole = way > 0 ? Math.floor(from + 1e-9) + 1 : Math.ceil(from - 1e-9) - 1;
    this.number.value = String(Math.max(0, whole * step));
    this.number.dispatchEvent(new Event("input", { bubbles: true }));
  }

  value() {
    const typed = this.number.value.trim().replace(",", ".");
    return typed !== "" && Number.isFinite(Number(typed)) ? Number(typed) : null;
  }
}

/** A text and a button that copies it. */
class CopyText extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.addEventListener("click", async () => {
      const field = this.querySelector("input");
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = "Copied";
      } catch {
        field.select();
        button.textContent = "Press Ctrl+C";
      }
    });
  }
}

customElements.define("step-slider", StepSlider);
customElements.define("copy-text", CopyText);

/** The width of drawing that the page shows, among the charts of one size. */
const shown = (size) =>
  [...document.querySelectorAll(`.${size} .drawing`)].find((part) => part.checkVisibility())?.dataset.room;

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.id === "closer") {
    // The address says what the page shows by now.
    for (const [name, value] of new URLSearchParams(location.search)) detail.parameters.append(name, value);
  }
  const event = detail.triggeringEvent;
  if (detail.elt.id === "plan" && event?.type === "input") {
    const isRange = event.target.type === "range";
    const control = isRange ? event.target.closest("step-slider").number : event.target;
    detail.parameters.moved = control.name;
  }
  const large = shown("is-large");
  if (large) detail.parameters.room = `${large},${shown("is-small") ?? large}`;
});

// What a person opened stays open when the answer is drawn anew.
let open = [];
document.addEventListener("htmx:beforeSwap", () => {
  open = [...document.querySelectorAll(":is(#answer, #urgent, #closer) details[open]")].map((part) => part.id);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
});

// A move is answered with what stands first. The charts below follow at once where they are in
// view, and otherwise when no control has moved for a moment.
const closer = document.getElementById("closer");
if (closer) {
  let waiting = 0;
  let isNear = false;
  const refresh = () => {
    if (!waiting) return;
    clearTimeout(waiting);
    waiting = 0;
    closer.dispatchEvent(new Event("stale"));
  };
  new IntersectionObserver(([entry]) => {
    isNear = entry.isIntersecting;
    if (isNear) refresh();
  }).observe(closer);
  document.addEventListener("moved", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 400);
    if (isNear) refresh();
  });
}

// What is wrong stands beside each field.
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
  if (detail.target.id !== "wrongs") return;
  const said = new Map([...document.querySelectorAll("#wrongs p")].map((one) => [`${one.dataset.for}-wrong`, one.textContent]));
  for (const place of document.querySelectorAll("#plan .wrong")) {
    const words = said.get(place.id) ?? "";
    if (place.textContent !== words) place.textContent = words;
  }
});

// A button that drops its own row takes the focus with it: hand it to the button that adds one.
let acted = false;
document.addEventListener("submit", ({ submitter }) => {
  acted = submitter?.name === "do";
});
document.addEventListener("htmx:afterSettle", () => {
  if (acted && document.activeElement === document.body) {
    [...document.querySelectorAll("#add, #addsip")].find((button) => button.checkVisibility())?.focus();
  }
});

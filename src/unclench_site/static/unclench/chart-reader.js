// <chart-reader>: read the values of a chart at any place, by pointer or with the arrow keys. The
// values are those of the chart's own table, so nothing is said here that is not in the page.

const SVG = "http://www.w3.org/2000/svg";
const places = new Map(); // chart id -> row, so that a redrawn chart is read at the same place

class ChartReader extends HTMLElement {
  connectedCallback() {
    const figure = this.closest("figure");
    this.rows = [...figure.querySelectorAll("tbody tr[data-at]")];
    if (!this.rows.length) return;
    this.names = [...figure.querySelectorAll("thead th")].map((cell) => cell.textContent);
    this.output = this.querySelector("output");
    this.tabIndex = 0;
    this.setAttribute("role", "slider");
    this.setAttribute("aria-label", `Read the values. ${figure.querySelector("figcaption").textContent.trim()}`);
    this.setAttribute("aria-valuemin", "1");
    this.setAttribute("aria-valuemax", String(this.rows.length));
    for (const kind of ["keydown", "pointermove", "pointerdown"]) this.addEventListener(kind, this);
    const at = places.get(this.id);
    if (at === undefined) {
      this.setAttribute("aria-valuenow", "1");
      this.setAttribute("aria-valuetext", "Use the arrow keys");
    } else {
      this.read(at);
    }
  }

  handleEvent(event) {
    if (event.type === "keydown") this.step(event);
    else this.point(event);
  }

  step(event) {
    const last = this.rows.length - 1;
    const now = places.get(this.id) ?? -1;
    const next = {
      ArrowRight: now + 1, ArrowUp: now + 1, ArrowLeft: now - 1, ArrowDown: now - 1,
      PageUp: now + 6, PageDown: now - 6, Home: 0, End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.read(Math.min(last, Math.max(0, next)));
  }

  point(event) {
    const svg = this.drawing();
    if (!svg) return;
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    const wanted = this.rows.map((row) => Math.abs(this.place(svg, Number(row.dataset.at)) - x));
    this.read(wanted.indexOf(Math.min(...wanted)));
  }

  drawing() {
    return [...this.querySelectorAll("svg[data-plot]")].find((svg) => svg.checkVisibility());
  }

  /** Where a value of the horizontal axis stands, in the drawing's own pixels. */
  place(svg, at) {
    const [left, , right] = svg.dataset.plot.split(" ").map(Number);
    const [low, high] = svg.dataset.x.split(" ").map(Number);
    const scale = svg.dataset.xScale === "log" ? Math.log : Number;
    return left + ((scale(Math.max(at, low)) - scale(low)) / (scale(high) - scale(low))) * (right - left);
  }

  read(index) {
    places.set(this.id, index);
    const row = this.rows[Math.min(index, this.rows.length - 1)];
    const [first, ...rest] = [...row.cells].map((cell) => cell.textContent);
    const words = `${first}: ${rest.map((value, i) => `${this.names[i + 1]} ${value}`).join(", ")}`;
    this.output.textContent = words;
    this.setAttribute("aria-valuenow", String(index + 1));
    this.setAttribute("aria-valuetext", words);
    this.rule(Number(row.dataset.at));
  }

  rule(at) {
    const svg = this.drawing();
    if (!svg) return;
    const [, top, , bottom] = svg.dataset.plot.split(" ").map(Number);
    const x = this.place(svg, at).toFixed(1);
    let line = svg.querySelector(".reading");
    if (!line) {
      line = document.createElementNS(SVG, "path");
      line.setAttribute("class", "reading");
      svg.append(line);
    }
    line.setAttribute("d", `M${x} ${top}V${bottom}`);
  }
}

customElements.define("chart-reader", ChartReader);

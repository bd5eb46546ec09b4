// Loss and accuracy while the run goes on: each message moves the lines of the same drawing, so nothing
// flickers and what is pointed at stays. (When the run rests, Plotly takes over, which can zoom.)

const CURVES_HEIGHT = 220, CURVES_PAD = { left: 46, right: 10, top: 10, bottom: 34 };
const CURVES_SVG = "http://www.w3.org/2000/svg";
const CURVES_NAMES = ["training", "held out"];

function trainingCurves(state, message) {
  const { header } = message;
  const series = header.series.map(({ points, steps, losses, accuracies }) => ({
    steps: message.floats(steps, points),
    values: [message.floats(losses, points), message.floats(accuracies, points)],
  }));
  state.curves = { series, total: header.total, colours: header.colours };
  if (state.form !== "curves") {
    state.form = "curves";
    curvesBuild(state);
  }
  curvesDraw(state);
  state.resized = () => curvesDraw(state);
}

function curvesElement(tag, attributes = {}) {
  const element = document.createElementNS(CURVES_SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function curvesBuild(state) {
  const { colours } = state.curves;
  state.panels = ["loss", "accuracy"].map((title) => {
    const svg = curvesElement("svg", { height: CURVES_HEIGHT, role: "img" });
    const grid = curvesElement("g", { class: "grid" }), mark = curvesElement("line", { class: "mark" });
    const lines = colours.map((stroke) => curvesElement("path", { fill: "none", stroke, "stroke-width": 2 }));
    const dots = curvesElement("path", { fill: colours[1], stroke: "none" });
    svg.append(grid, mark, ...lines, dots);
    const said = make("div", { class: "said quiet number" });
    return { title, svg, grid, mark, lines, dots, said, holder: make("figure", {}, said, svg) };
  });
  state.root.replaceChildren(make("div", { class: "curves" }, ...state.panels.map(({ holder }) => holder)));
  state.panels.forEach(({ svg }) => {
    svg.onpointermove = (event) => {
      state.pointed = curvesStep(state, svg, event);
      curvesSay(state);
    };
    svg.onpointerleave = () => {
      state.pointed = null;
      curvesSay(state);
    };
  });
}

function curvesPlaces(state, panel, svg) {
  const width = svg.clientWidth;
  const { left, right, top, bottom } = CURVES_PAD;
  const losses = state.curves.series.flatMap(({ values }) => [...values[0]]);
  const largest = panel === 1 || !losses.length ? 1 : Math.max(1e-9, ...losses);
  return {
    width, largest,
    x: (step) => left + (step / state.curves.total) * (width - left - right),
    y: (value) => CURVES_HEIGHT - bottom - (value / largest) * (CURVES_HEIGHT - top - bottom),
  };
}

// Round numbers to write on an axis, about so many of them.
function curvesTicks(largest, about) {
  const raw = largest / about, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw * 0.999);
  return Array.from({ length: Math.floor(largest / step + 1e-9) + 1 }, (_, i) => i * step);
}

function curvesDraw(state) {
  state.panels.forEach(({ svg, grid, lines, dots, title }, panel) => {
    const { width, largest, x, y } = curvesPlaces(state, panel, svg);
    if (!width) return;
    const texts = [];
    const write = (place, attributes, text) => {
      const element = curvesElement("text", { ...place, ...attributes });
      element.textContent = text;
      texts.push(element);
    };
    for (const tick of curvesTicks(largest, 5)) {
      texts.push(curvesElement("line", { x1: x(0), x2: width - CURVES_PAD.right, y1: y(tick), y2: y(tick) }));
      write({ x: x(0) - 6, y: y(tick) + 4 }, { "text-anchor": "end" }, panel ? `${Math.round(100 * tick)} %` : String(Number(tick.toPrecision(3))));
    }
    const { total } = state.curves;
    for (const tick of curvesTicks(total, Math.max(2, width / 110))) {
      write({ x: x(tick), y: CURVES_HEIGHT - 16 }, { "text-anchor": "middle" }, Math.round(tick).toLocaleString("en"));
    }
    write({ x: width - CURVES_PAD.right, y: CURVES_HEIGHT - 2 }, { "text-anchor": "end" }, "step");
    grid.replaceChildren(...texts);
    state.curves.series.forEach(({ steps, values }, k) => {
      const points = Array.from(steps, (step, i) => `${x(step).toFixed(1)},${y(values[panel][i]).toFixed(1)}`);
      lines[k].setAttribute("d", points.length ? `M${points.join("L")}` : "");
      if (k === 1) dots.setAttribute("d", points.map((point) => `M${point}m-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0`).join(""));
    });
    svg.setAttribute("aria-label", `${title} over the steps`);
  });
  curvesSay(state);
}

function curvesStep(state, svg, event) {
  const { left, right } = CURVES_PAD;
  const share = (event.offsetX - left) / (svg.clientWidth - left - right);
  return Math.min(Math.max(share, 0), 1) * state.curves.total;
}

// The values at the step that is pointed at, or the last ones.
function curvesSay(state) {
  const { series, colours } = state.curves;
  const pointed = state.pointed ?? null;
  state.panels.forEach(({ svg, mark, said, title }, panel) => {
    const parts = series.map(({ steps, values }, k) => {
      if (!steps.length) return "";
      const at = pointed === null ? steps.length - 1
        : steps.reduce((best, step, i) => (Math.abs(step - pointed) < Math.abs(steps[best] - pointed) ? i : best), 0);
      const value = values[panel][at];
      const text = panel ? trainingPercent(value) : value.toFixed(4);
      return make("span", {}, make("i", { style: `background:${colours[k]}` }), `${CURVES_NAMES[k]} ${text} (step ${steps[at].toLocaleString("en")})`);
    });
    said.replaceChildren(make("b", {}, title), ...parts.filter(Boolean));
    const { x } = curvesPlaces(state, panel, svg);
    mark.style.display = pointed === null ? "none" : "";
    if (pointed !== null) {
      for (const [name, value] of [["x1", x(pointed)], ["x2", x(pointed)], ["y1", CURVES_PAD.top], ["y2", CURVES_HEIGHT - CURVES_PAD.bottom]]) mark.setAttribute(name, value);
    }
  });
}

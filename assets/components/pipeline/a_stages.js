// The stages from left to right: the picture, then one map each of the filter that is shown large.

const PICTURE_STAGE = "input";
const STAGES = [PICTURE_STAGE, "convolution", "activation", "pooling"];

function pipelineStage(state, name) {
  if (state.figures.has(name)) return state.figures.get(name);
  const pixels = make("canvas", { class: "pixels" });
  const marks = make("canvas", { class: "marks", "aria-hidden": "true" });
  const tag = make("span", { class: "tag number", "aria-hidden": "true" });
  const map = make("div", { class: "map", tabindex: "0", role: "application",
    "aria-roledescription": "map" }, pixels, marks, tag);
  const title = make("button", { class: "title", type: "button" });
  const head = make("div", { class: "head" }, title);
  const range = make("div", { class: "range number" });
  const bar = make("canvas", { class: "bar", width: 256, height: 1, "aria-hidden": "true" });
  const low = make("span"), high = make("span");
  const legend = make("div", { class: "legend number quiet" }, low, bar, high);
  const formula = make("div", { class: "formula number quiet" });
  const figure = make("figure", { class: "stage", "data-stage": name }, map,
    make("figcaption", {}, head, range, legend, formula));
  const made = { name, figure, map, pixels, marks, tag, title, head, range, bar, low, high, legend, formula };
  title.onclick = () => enlarge(state, name);
  map.ondblclick = () => enlarge(state, name);
  pipelinePointing(state, map, () => ({ stage: name, filter: state.header.settings.active }));
  state.figures.set(name, made);
  return made;
}

function inputLine(state) {
  if (state.picture.channels === 1) return "1 channel";
  return state.header.settings.colour === "sum" ? "3 channels, added up by every filter"
    : "3 channels, each filtered by itself";
}

// A stage that is left out keeps its place, so that the others stay under their controls.
function absentStage(state, name) {
  return state.absent[name] ??= make("div", { class: "absent quiet" },
    name === "activation" ? "no activation: the values go on as they are" : "no pooling: the map keeps its size");
}

function enlarge(state, name) {
  state.large = state.large === name ? null : name;
  pipelineLayout(state);
  drawMarks(state);
}

// What a map is called for those who cannot see it.
function mapLabel(state, stage, filter, entry) {
  const [rows, columns] = stage.shape;
  const of = stage.name === PICTURE_STAGE ? "" : ` of filter ${state.header.settings.filters[filter].name}`;
  return `${stage.title}${of}: ${rows} by ${columns} values from ${show(entry.minimum)} to `
    + `${show(entry.maximum)}. Arrow keys go from cell to cell, with Shift ten at a time.`;
}

function drawStages(state) {
  const { header, picture, message } = state;
  const active = header.settings.active;
  const [low, high] = picture.range;
  const input = { name: PICTURE_STAGE, title: "Input", shape: [picture.rows, picture.columns],
    formula: inputLine(state),
    maps: { [active]: { minimum: low, maximum: high, low: 0, high: 1, shape: [picture.rows, picture.columns],
      table: picture.channels === 3 ? "rgb" : "grey" } } };
  state.shown = [input, ...header.stages];
  const wanted = STAGES.flatMap((name, i) => {
    const stage = state.shown.find((s) => s.name === name);
    const figure = stage ? pipelineStage(state, name).figure : absentStage(state, name);
    return i ? [state.arrows[i - 1] ??= make("span", { class: "arrow", "aria-hidden": "true" }, "→"), figure]
      : [figure];
  });
  const holder = state.root.querySelector(".stages");
  if (wanted.length !== holder.children.length || wanted.some((e, i) => holder.children[i] !== e)) {
    holder.replaceChildren(...wanted);
  }
  if (!state.shown.some((stage) => stage.name === state.large)) state.large = null;
  for (const stage of state.shown) {
    const view = pipelineStage(state, stage.name);
    const entry = stage.maps[active];
    if (stage.name === PICTURE_STAGE) {
      if (state.painted !== header.picture) paintPicture(view.pixels, picture);
      state.painted = header.picture;
    } else {
      const [rows, columns] = entry.shape;
      const codes = message.codes(entry.codes, rows * columns * (entry.table === "rgb" ? 3 : 1));
      paintCodes(view.pixels, codes, rows, columns, entry.table);
    }
    captions(state, stage, entry, view);
  }
  pipelineLayout(state);
}

function captions(state, stage, entry, view) {
  const { settings } = state.header;
  setText(view.title, stage.title);
  view.title.title = state.large === stage.name ? "Show it small again" : "Show this stage large";
  const depth = stage.name === PICTURE_STAGE && state.picture.channels === 3 ? " × 3" : "";
  setText(view.range, `${stage.shape[0]} × ${stage.shape[1]}${depth} · ${show(entry.minimum)} … ${show(entry.maximum)}`);
  setText(view.formula, stage.formula);
  setText(view.low, show(entry.low));
  setText(view.high, show(entry.high));
  view.legend.title = `Colours run from ${show(entry.low)} to ${show(entry.high)}; `
    + `the values run from ${show(entry.minimum)} to ${show(entry.maximum)}.`;
  const table = entry.table === "rgb" ? "grey" : entry.table;
  if (view.bar.dataset.table !== table) {
    paintCodes(view.bar, Uint8Array.from({ length: 256 }, (_, i) => i), 1, 256, table);
    view.bar.dataset.table = table;
  }
  view.map.setAttribute("aria-label", mapLabel(state, stage, settings.active, entry));
  const term = stage.name === "activation" ? settings.activation
    : stage.name === "pooling" ? "pooling" : stage.name;
  if (view.head.dataset.term !== term) {
    view.head.replaceChildren(view.title, why(term));
    view.head.dataset.term = term;
  }
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Maps share the width; a map with fewer cells is drawn smaller, so that shrinking is seen.
function pipelineLayout(state) {
  const holder = state.root.querySelector(".stages");
  const { width } = state;
  const key = JSON.stringify([width, state.large, state.shown.map((s) => [s.name, s.shape])]);
  if (!width || state.layout === key) return;
  state.layout = key;
  const count = STAGES.length;
  const narrow = width < 720;
  const arrow = narrow ? 0 : 28;
  const share = narrow ? (width - 12) / 2 : (width - arrow * (count - 1)) / count;
  for (const absent of Object.values(state.absent)) absent.style.width = `${state.large ? 60 : share}px`;
  const longest = Math.max(...state.shown[0].shape);
  const small = narrow ? share : Math.min(share, 120);
  const rest = narrow ? width : Math.min(680, width - (count - 1) * (small + arrow));
  holder.classList.toggle("narrow", narrow);
  for (const stage of state.shown) {
    const view = pipelineStage(state, stage.name);
    const [rows, columns] = stage.shape;
    const box = !state.large ? Math.min(share, 400) : stage.name === state.large ? rest : small;
    const ratio = state.large ? 1 : Math.min(1, Math.max(0.55, Math.sqrt(Math.max(rows, columns) / longest)));
    const scale = (box * ratio) / Math.max(rows, columns);
    view.size = [Math.max(1, Math.round(columns * scale)), Math.max(1, Math.round(rows * scale))];
    view.figure.style.width = `${Math.round(state.large ? Math.max(view.size[0], narrow ? share : small) : share)}px`;
    view.map.style.width = `${view.size[0]}px`;
    view.map.style.height = `${view.size[1]}px`;
    view.map.classList.toggle("crisp", scale > 1.5);
    view.figure.classList.toggle("large", stage.name === state.large);
    view.figure.classList.toggle("slim", Boolean(state.large) && stage.name !== state.large);
  }
}

// All filters, a row each: their maps small, their score, and the softmax over the scores.

function drawBank(state) {
  const { header } = state;
  const { settings, softmax } = header;
  const bank = state.root.querySelector(".bank");
  const key = [settings.filters.length, ...header.stages.map((s) => s.title)].join();
  if (bank.dataset.key !== key) {
    bank.dataset.key = key;
    state.rows = settings.filters.map((_, i) => bankRow(state, i));
    state.temperature = temperatureInput(state);
    bank.replaceChildren(bankHead(state), ...state.rows.map((row) => row.element), bankFoot(state));
  }
  bank.style.setProperty("--maps", header.stages.length);
  const most = Math.max(...softmax.probabilities);
  settings.filters.forEach((filter, i) => {
    const row = state.rows[i];
    const active = i === settings.active;
    setText(row.name, filter.name);
    row.element.classList.toggle("active", active);
    row.name.setAttribute("aria-pressed", String(active));
    header.stages.forEach((stage, j) => drawThumb(state, row.thumbs[j], stage, i));
    setText(row.score, show(softmax.scores[i], 3));
    setText(row.exponential, show(softmax.exponentials[i], 3));
    setText(row.share, show(softmax.probabilities[i], 2));
    row.fill.style.width = `${100 * softmax.probabilities[i]}%`;
    row.element.classList.toggle("most", softmax.probabilities[i] === most);
  });
  setText(state.total, `Σ = ${show(softmax.total, 3)}`);
  if (state.temperature.getRootNode().activeElement !== state.temperature) {
    state.temperature.value = String(softmax.temperature);
  }
}

function bankHead(state) {
  const cell = (...content) => make("div", { class: "cell" }, ...content);
  return make("div", { class: "row head" },
    cell(make("h3", {}, "All filters"), why("depth")),
    ...state.header.stages.map((stage) => cell(make("span", { class: "quiet" }, stage.title))),
    cell(make("span", { class: "quiet" }, "score"), why("score")),
    cell(make("span", { class: "quiet" }, "exp(score − largest)"), why("exponential")),
    cell(make("span", { class: "quiet" }, "softmax: which filter does this picture excite most?"), why("softmax")));
}

function bankFoot(state) {
  state.total = make("span", { class: "number" });
  const label = make("label", { class: "quiet" }, "temperature ", state.temperature);
  return make("div", { class: "row foot" }, make("div", { class: "cell note-cell quiet" },
    "Not class probabilities: nothing was trained here."),
  make("div", { class: "cell quiet" }, state.total), make("div", { class: "cell" }, label, why("temperature")));
}

function temperatureInput(state) {
  const input = make("input", { type: "number", min: "0.01", max: "100", step: "0.1", class: "temperature",
    "aria-label": "softmax temperature" });
  input.onchange = () => {
    const value = Number(input.value);
    if (value >= 0.01 && value <= 100) {
      sendEdit(state.component, { op: "set", name: "temperature", value });
    } else {
      input.value = String(state.header.softmax.temperature);
    }
  };
  return input;
}

function bankRow(state, i) {
  const name = make("button", { class: "name", type: "button" });
  const thumbs = state.header.stages.map((stage) => {
    const pixels = make("canvas", { class: "pixels" });
    const marks = make("canvas", { class: "marks", "aria-hidden": "true" });
    const map = make("div", { class: "map thumb", role: "img", "data-stage": stage.name }, pixels, marks);
    pipelinePointing(state, map, () => ({ stage: stage.name, filter: i }));
    map.onclick = () => selectFilter(state, i);
    map.ondblclick = null;
    // What stands below the large maps belongs to them again when the pointer has gone.
    map.onpointerleave = () => {
      const { active } = state.header.settings;
      if (state.cell.filter !== active) chooseCell(state, { ...state.cell, filter: active });
    };
    return { map, pixels, marks };
  });
  name.onclick = () => selectFilter(state, i);
  const score = make("span", { class: "number" }), exponential = make("span", { class: "number" });
  const share = make("span", { class: "number share" }), fill = make("div", { class: "fill" });
  const element = make("div", { class: "row" }, make("div", { class: "cell" }, name),
    ...thumbs.map((t) => make("div", { class: "cell" }, t.map)),
    make("div", { class: "cell", "data-label": "score" }, score),
    make("div", { class: "cell", "data-label": "exp" }, exponential),
    make("div", { class: "cell bar-cell" }, make("div", { class: "track" }, fill), share));
  return { element, name, thumbs, score, exponential, share, fill };
}

function selectFilter(state, filter) {
  if (filter !== state.header.settings.active) sendEdit(state.component, { op: "select", filter });
}

const THUMB = 72;

function drawThumb(state, thumb, stage, filter) {
  const entry = { ...stage.maps[filter], ...stage.maps[filter].thumbnail };
  const [rows, columns] = entry.shape;
  const codes = state.message.codes(entry.codes, rows * columns * (entry.table === "rgb" ? 3 : 1));
  paintCodes(thumb.pixels, codes, rows, columns, entry.table);
  const scale = THUMB / Math.max(...stage.shape);
  thumb.size = [Math.max(1, stage.shape[1] * scale), Math.max(1, stage.shape[0] * scale)];
  thumb.map.style.width = `${thumb.size[0]}px`;
  thumb.map.style.height = `${thumb.size[1]}px`;
  thumb.map.classList.toggle("crisp", THUMB > 1.5 * Math.max(rows, columns));
  thumb.map.setAttribute("aria-label", `${stage.title} of filter ${state.header.settings.filters[filter].name}, `
    + `values from ${show(entry.minimum)} to ${show(entry.maximum)}`);
  thumb.map.title = `${stage.title}: ${show(entry.minimum)} … ${show(entry.maximum)}`;
}

// Only the row that the cell belongs to has marks; the one that had them before loses them.
function bankMarks(state, marks, colour) {
  state.rows.forEach((row, i) => {
    const own = i === state.cell.filter;
    if (!own && !row.marked) return;
    row.marked = own;
    row.thumbs.forEach((thumb, j) => {
      const stage = state.header.stages[j];
      const context = overlay(thumb.marks, ...thumb.size);
      const box = own && marks[stage.name][0];
      if (box) outline(context, box, ...stage.shape, ...thumb.size, colour, 1.5);
    });
  });
}

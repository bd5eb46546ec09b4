// The view "connections": one set of weights, used everywhere, and what a cell at any depth can see.
// What is looked at is a target: {kind: "weight", row, column}, {kind: "pixel", row, column} or {kind:
// "cell", stage, row, column}. One is chosen, by click, tap or key; pointing shows another meanwhile.

function connections(component) {
  openView(component, "connections", connectionsBegin, connectionsDraw);
}

function connectionsBegin(state) {
  const find = (name) => state.root.querySelector(`.${name}`);
  const pixels = make("canvas", { class: "pixels", "aria-hidden": "true" });
  const marks = make("canvas", { class: "marks", "aria-hidden": "true" });
  const picture = make("div", { class: "field picture", tabindex: "0", role: "application",
    "aria-roledescription": "map" }, pixels, marks);
  find("picture-place").append(picture);
  state.view = { bench: find("bench"), picture, pixels, marks, weights: find("weights"), channels: find("channels"),
    grid: find("maps"), legend: find("legend"), low: find("low"), high: find("high"), scale: find("scale"),
    range: find("true-range"), what: find("what"), sentence: find("sentence"), details: find("details"), lens: find("lens"),
    spoken: find("spoken"), kernel: find("kernel-title"), title: find("rounds-title"), honest: find("honest") };
  const kept = recall("connections") ?? {};
  Object.assign(state, { figures: new Map(), cells: [], places: {}, hovered: null, chosen: kept.chosen ?? null,
    channel: kept.channel ?? null });
  connectionsPointing(state, picture, {
    size: () => state.layer.input,
    offset: () => [state.padded.top, state.padded.left],
    target: ([row, column]) => ({ kind: "pixel", row, column }),
  });
  state.resized = () => {
    connectionsLayout(state);
    connectionsShowTarget(state, true);
  };
}

function connectionsDraw(state) {
  const { header, picture } = state;
  const { settings } = header;
  state.stages = header.connections.stages;
  state.layer = state.stages[0].layer;
  state.weights = settings.filters[settings.active].weight;
  const choice = picture.channels === 1 ? [null] : settings.colour === "each" ? [0, 1, 2] : [null, 0, 1, 2];
  if (!choice.includes(state.channel)) [state.channel] = choice;
  connectionsPrepare(state);
  state.why ??= state.view.kernel.parentElement.insertBefore(why("weight_sharing"), state.view.kernel.nextSibling);
  connectionsKernel(state);
  connectionsChannels(state, choice);
  connectionsStages(state);
  const { rounds } = header.connections;
  setText(state.view.title, rounds === 1 ? "The layer" : `The layer, ${rounds} times`);
  setText(state.view.honest, (rounds === 1 ? "" : "From the second round on it is the same kernel again, on its own map. ")
    + (picture.channels === 3 && settings.colour === "each" ? "Every channel goes through by itself. " : "") + "Nothing here is trained.");
  state.view.picture.setAttribute("aria-label", `Picture of ${picture.rows} by ${picture.columns} pixels. `
    + "Arrow keys choose a pixel, with Shift ten further.");
  if (state.view.scale.dataset.table !== "diverging") {
    paintCodes(state.view.scale, Uint8Array.from({ length: 256 }, (_, i) => i), 1, 256, "diverging");
    state.view.scale.dataset.table = "diverging";
  }
  connectionsLayout(state);
  state.chosen = connectionsFitted(state, state.chosen);
  state.hovered = state.hovered && connectionsFitted(state, state.hovered);
  connectionsShowTarget(state, true);
}

// The same target where it still is one, else a cell of the last map, in its middle.
function connectionsFitted(state, target) {
  const last = state.stages.at(-1);
  const size = target?.kind === "pixel" ? state.layer.input
    : target?.kind === "weight" ? state.layer.kernel
      : target?.kind === "cell" && state.stages.find((stage) => stage.name === target.stage)?.shape;
  const inside = size && [target.row, target.column].every((n, axis) => Number.isInteger(n) && n >= 0 && n < size[axis]);
  return inside ? target : { kind: "cell", stage: last.name, row: last.shape[0] >> 1, column: last.shape[1] >> 1 };
}

// The kernel as a grid of buttons, one of them in the order of the Tab key; arrows go from one to another.
function connectionsKernel(state) {
  const { view, header: { settings } } = state;
  const size = settings.kernel;
  setText(view.kernel, settings.flipped ? "Kernel, flipped" : "Kernel");
  view.weights.setAttribute("aria-label", `${settings.filters[settings.active].name}, ${size} by ${size} weights. `
    + "Arrow keys go from one to another.");
  if (state.cells.length !== size ** 2) {
    state.cells = Array.from({ length: size ** 2 }, (_, i) => {
      const target = { kind: "weight", row: Math.floor(i / size), column: i % size };
      const cell = make("button", { type: "button", class: "number", tabindex: i ? "-1" : "0" });
      cell.onpointerenter = (event) => event.pointerType !== "touch" && connectionsHover(state, target);
      cell.onfocus = () => connectionsChoose(state, target);
      cell.onclick = () => connectionsChoose(state, target);
      cell.onkeydown = (event) => {
        const step = keyStep(event);
        if (!step) return;
        event.preventDefault();
        const [row, column] = [target.row + step[0], target.column + step[1]].map((n) => Math.min(Math.max(n, 0), size - 1));
        state.cells[row * size + column].focus();
        connectionsSay(state);
      };
      return cell;
    });
    view.weights.replaceChildren(...state.cells);
    view.weights.style.gridTemplateColumns = `repeat(${size}, 1fr)`;
    view.weights.dataset.size = size;
    view.weights.onpointerleave = () => connectionsHover(state, null);
  }
  const most = Math.max(...state.weights.map(Math.abs)) || 1;
  state.cells.forEach((cell, i) => {
    const weight = state.weights[i];
    cell.style.setProperty("--part", `${Math.round(10 + (50 * Math.abs(weight)) / most)}%`);
    setText(cell, String(Number(weight.toFixed(size > 5 ? 1 : 2))).replace("-", "−"));
    cell.dataset.kind = weight > 0 ? "plus" : weight < 0 ? "minus" : "zero";
    cell.setAttribute("aria-label", `${connectionsPlace(Math.floor(i / size), i % size)}: ${show(weight)}`);
  });
}

function connectionsChannels(state, choice) {
  const { channels } = state.view;
  channels.hidden = choice.length === 1;
  if (channels.dataset.choice !== choice.join()) {
    channels.dataset.choice = choice.join();
    channels.replaceChildren(...choice.map((channel) => {
      const button = make("button", { type: "button", "data-channel": channel ?? "all" },
        channel === null ? "sum of channels" : CHANNEL_NAMES[channel]);
      button.onclick = () => {
        state.channel = channel;
        connectionsPrepare(state);
        connectionsChannels(state, choice);
        connectionsKeep(state);
        connectionsShowTarget(state, true);
      };
      return button;
    }));
  }
  [...channels.children].forEach((button, i) => button.setAttribute("aria-pressed", String(choice[i] === state.channel)));
}

// Lets a map choose its cells. where says its size, how far its first cell lies inside of what is drawn,
// and which target a cell is.
function connectionsPointing(state, map, where) {
  const pointed = (event) => {
    const box = map.getBoundingClientRect();
    const [rows, columns] = where.size(), [top, left] = where.offset();
    const drawn = map === state.view.picture ? [state.padded.rows, state.padded.columns] : [rows, columns];
    const row = Math.floor(((event.clientY - box.top) / box.height) * drawn[0]) - top;
    const column = Math.floor(((event.clientX - box.left) / box.width) * drawn[1]) - left;
    return where.target([Math.min(Math.max(row, 0), rows - 1), Math.min(Math.max(column, 0), columns - 1)]);
  };
  map.onpointermove = (event) => {
    if (event.pointerType === "touch") return;
    state.pointer = () => connectionsHover(state, pointed(event));
    state.frame ||= requestAnimationFrame(() => {
      state.frame = 0;
      state.pointer?.();
    });
  };
  map.onpointerleave = () => {
    state.pointer = null;
    connectionsHover(state, null);
  };
  map.onclick = (event) => connectionsChoose(state, pointed(event));
  map.onkeydown = (event) => {
    const step = keyStep(event);
    if (!step) return;
    event.preventDefault();
    const size = where.size();
    const start = state.places[map.dataset.stage ?? ""] ?? size.map((n) => n >> 1);
    connectionsChoose(state, where.target(size.map((n, axis) => Math.min(Math.max(start[axis] + step[axis], 0), n - 1))));
    connectionsSay(state);
  };
}

function connectionsHover(state, target) {
  state.hovered = target;
  connectionsShowTarget(state);
}

function connectionsChoose(state, target) {
  state.chosen = target;
  state.hovered = null;
  connectionsKeep(state);
  connectionsShowTarget(state);
}

function connectionsKeep(state) {
  remember("connections", { chosen: state.chosen, channel: state.channel });
}

// Draws what is pointed at, or else chosen, unless it is there already.
function connectionsShowTarget(state, anew = false) {
  const target = state.hovered ?? state.chosen;
  const key = JSON.stringify(target);
  if (!state.size || (!anew && key === state.shown)) return;
  state.shown = key;
  const { row, column } = target;
  if (target.kind !== "weight") state.places[target.stage ?? ""] = [row, column];
  const data = { shows: target.kind, weight: undefined, pixel: undefined, cell: undefined, stage: undefined, field: undefined };
  data[target.kind] = `${row},${column}`;
  const all = state.stages.map(() => null);
  let told;
  if (target.kind === "weight") {
    const found = connectionsShares(state, state.weights[row * state.layer.kernel[1] + column], row, column);
    connectionsPictureMarks(state, [], []);
    connectionsMarks(state, all);
    connectionsLegend(state, found);
    told = connectionsWeightWords(state, target, found);
  } else if (target.kind === "pixel") {
    const reached = connectionsReach(state.stages, [row, column]);
    connectionsPlain(state);
    connectionsPictureMarks(state, [row], [column]);
    connectionsMarks(state, reached);
    told = connectionsPixelWords(state, target, reached);
  } else {
    const index = state.stages.findIndex((stage) => stage.name === target.stage);
    const field = receptiveField(state.stages.slice(0, index + 1).map((stage) => stage.layer), [row, column]);
    const { rows, columns } = field;
    connectionsSpotlight(state, rows, columns);
    connectionsPictureMarks(state, rows, columns);
    connectionsLens(state, rows, columns);
    connectionsMarks(state, state.stages.map((_, i) => field.stages[i + 1]));
    told = connectionsCellWords(state, target, field);
    Object.assign(data, { stage: target.stage, field: rows.length ? [rows[0], columns[0], rows.at(-1), columns.at(-1)].join() : "" });
  }
  state.view.legend.classList.toggle("off", target.kind !== "weight");
  state.view.lens.hidden = !data.field;
  connectionsPressed(state, target);
  setText(state.view.what, told.what);
  setText(state.view.sentence, told.sentence.replaceAll(" × ", "\u00a0×\u00a0"));
  if (state.details !== told.details) state.view.details.replaceChildren(...told.details);
  state.details = told.details;
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined) delete state.root.dataset[name];
    else state.root.dataset[name] = value;
  }
}

// Marks the weight that is looked at, or the weights that a pixel meets.
function connectionsPressed(state, target) {
  const size = state.layer.kernel[1];
  const met = target.kind === "pixel" && [target.row, target.column].map((place, axis) =>
    new Set(connectionsFed(state.stages[0], axis, place).flatMap(({ taps }) => taps)));
  state.cells.forEach((cell, i) => {
    const [row, column] = [Math.floor(i / size), i % size];
    const own = target.kind === "weight" && target.row === row && target.column === column;
    cell.setAttribute("aria-pressed", String(own));
    cell.tabIndex = own || (target.kind !== "weight" && i === 0) ? 0 : -1;
    cell.classList.toggle("unused", Boolean(met) && !(met[0].has(row) && met[1].has(column)));
  });
}

function connectionsLegend(state, { range, limit }) {
  setText(state.view.low, connectionsShow(-limit));
  setText(state.view.high, connectionsShow(limit));
  setText(state.view.range, `shares from ${connectionsShow(range[0])} to ${connectionsShow(range[1])}`);
}

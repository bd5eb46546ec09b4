// The view "compare": the page's settings and others side by side, and the difference between them.

function compare(component) {
  openView(component, "compare", compareBegin, compareDraw);
}

function compareBegin(state) {
  const find = (name) => state.root.querySelector(`.${name}`);
  for (const name of ["pairs", "verdict", "cards", "channels", "sheet", "spoken"]) state[name] = find(name);
  state.views = new Map();
  state.where = make("div", { class: "where number" });
  state.largest = make("button", { type: "button" }, "Largest difference");
  state.largest.onclick = () => compareShow(state, true, true);
  state.readout = make("section", { class: "readout", "aria-label": "The chosen cell" }, state.where);
  state.resized = () => {
    compareLayout(state);
    compareMarks(state);
  };
}

function compareDraw(state) {
  const { compare } = state.header;
  const key = JSON.stringify([compare.title, compare.sides.map((side) => side.label)]);
  const other = key !== state.key;
  state.key = key;
  state.part ??= 0;
  if (other || !compare.stages.some((stage) => stage.name === state.chosen)) {
    state.chosen = (compare.stages.find((stage) => stage.differences.some((each) => each.share)
      || stage.sides.some((side) => String(side.shape) !== String(stage.sides[0].shape))) ?? compare.stages[0]).name;
  }
  comparePairs(state);
  compareVerdict(state);
  compareShow(state, other);
}

// Shows the chosen stage; anew puts the chosen cell where the difference is largest.
function compareShow(state, anew, aloud = false) {
  state.shown = compareStage(state);
  state.digits = compareDigits(state.shown);
  if (anew || !state.cell) compareToLargest(state);
  state.cell = state.cell.map((place, axis) => Math.min(place, state.shown.shape[axis] - 1));
  compareCards(state);
  compareChannels(state);
  const { input, maps, differences } = compareFigures(state);
  for (const view of [...maps, ...differences]) view.values = null;
  compareDrawPicture(state, input);
  for (const view of maps) compareDrawSide(state, view);
  for (const view of differences) compareDrawDifference(state, view);
  compareLayout(state);
  compareChoose(state, aloud);
}

function compareToLargest(state) {
  const [first] = state.shown.differences;
  if (!first?.share) {
    state.cell = state.shown.shape.map((n) => n >> 1);
    return;
  }
  [state.part, ...state.cell] = first.largest;
}

function comparePairs(state) {
  const { pairs } = state.header.compare;
  if (state.pairs.children.length !== pairs.length + 1) {
    state.pairs.replaceChildren(make("span", { class: "quiet" }, "Compare"), ...pairs.map((pair) => {
      const button = make("button", { type: "button", "data-pair": pair.key }, pair.label);
      button.onclick = () => {
        const { changes } = state.header.compare.pairs.find(({ key }) => key === pair.key);
        state.pressed = { key: pair.key, changes };
        sendEdit(state.component, { op: "set", name: "pair", value: pair.key });
      };
      return button;
    }));
  }
  pairs.forEach((pair, i) => {
    const button = state.pairs.children[i + 1];
    button.disabled = Boolean(pair.reason);
    button.title = pair.reason || (pair.changes && `Also changes A: ${pair.changes}`);
    button.setAttribute("aria-pressed", String(pair.chosen));
  });
}

// What a ready-made comparison has changed in A itself, and the way back, until the next change.
function compareChanged(state) {
  const { header: { settings, compare: { pairs, sides } }, pressed } = state;
  const now = JSON.stringify([settings, sides]);
  if (pressed && pairs.find(({ key }) => key === pressed.key).chosen) {
    state.pressed = null;
    state.changed = pressed.changes ? { now, changes: pressed.changes } : null;
  }
  if (state.changed?.now !== now) state.changed = null;
  if (!state.changed) return [];
  const back = make("button", { type: "button" }, "Undo");
  back.onclick = () => sendEdit(state.component, { op: "undo" });
  return [make("p", { class: "changed" }, `A itself was changed for this: ${state.changed.changes}. `, back)];
}

function compareVerdict(state) {
  const { note, sentences } = state.header.compare;
  const lines = [...compareChanged(state), ...(note ? [make("p", { class: "warning" }, note)] : []),
    ...new Set(sentences)].map((line) => (typeof line === "string" ? make("p", {}, line) : line));
  const text = lines.map((line) => line.textContent).join(" ");
  if (state.verdict.textContent.trim() !== text) state.verdict.replaceChildren(...lines.flatMap((line) => [line, " "]));
}

// One card a stage: how much differs there, with a small picture of it.
function compareCards(state) {
  const { stages } = state.header.compare;
  const cards = stages.map((stage, i) => {
    const card = state.cards.children[i] ?? make("button", { class: "card", type: "button" });
    const [canvas, text] = card.children.length ? card.children
      : [make("canvas", { "aria-hidden": "true" }), make("span", {}, make("span"), make("span", { class: "share number" }))];
    if (!card.children.length) card.append(canvas, text);
    card.dataset.stage = stage.name;
    card.onclick = () => {
      state.chosen = stage.name;
      compareShow(state, true);
    };
    card.setAttribute("aria-pressed", String(stage.name === state.shown.name));
    setText(text.children[0], stage.titles.join(" | "));
    const shares = stage.differences.map((each, j) => `${stage.differences.length > 1 ? `${COMPARE_SIDES[j + 1]}: ` : ""}${
      each.share ? `${comparePercent(each.share)} differ` : "no difference"}`);
    setText(text.children[1], shares.join(", "));
    canvas.hidden = !stage.differences.length;
    if (stage.differences.length) {
      const [rows, columns] = stage.shape;
      canvas.classList.toggle("crisp", Math.max(rows, columns) < 48);
      paintCodes(canvas, compareCodes(state, stage.differences[0], rows, columns), rows, columns, "diverging");
    }
    return card;
  });
  if (state.cards.children.length !== cards.length) state.cards.replaceChildren(...cards);
}

// Channel by channel, one of the three is compared at a time.
function compareChannels(state) {
  state.channels.hidden = !(state.header.settings.colour === "each" && state.picture.channels === 3);
  if (state.channels.hidden) return;
  if (!state.channels.children.length) {
    state.channels.append(...CHANNEL_NAMES.map((name, i) => {
      const button = make("button", { type: "button" }, name);
      button.onclick = () => {
        state.part = i;
        compareShow(state, false);
      };
      return button;
    }));
  }
  [...state.channels.children].forEach((b, i) => b.setAttribute("aria-pressed", String(i === state.part)));
}

function comparePointing(state, view) {
  const choose = (event, aloud) => {
    const box = view.map.getBoundingClientRect(), [rows, columns] = view.shape;
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    if (row < 0 || column < 0 || row >= rows || column >= columns) return;
    state.cell = compareCellAt(state, view, row, column);
    compareChoose(state, aloud);
  };
  view.map.onpointermove = (event) => {
    if (event.pointerType === "touch") return;
    state.pointer = () => choose(event, false);
    state.frame ||= requestAnimationFrame(() => {
      state.frame = 0;
      state.pointer();
    });
  };
  view.map.onclick = (event) => choose(event, true);
  view.map.onkeydown = (event) => {
    const move = keyStep(event);
    if (!move) return;
    event.preventDefault();
    state.cell = state.cell.map((place, axis) =>
      Math.min(Math.max(place + move[axis], 0), state.shown.shape[axis] - 1));
    compareChoose(state, true);
  };
}

// The chosen cell's numbers and marks; aloud tells them to a screen reader too.
function compareChoose(state, aloud = false) {
  const { header: { compare }, shown, digits } = state;
  const found = state.found = compareFound(state);
  const signed = (value) => (Number(value.toFixed(digits)) > 0 ? "+" : "") + show(value, digits);
  const terms = [
    ...compare.sides.map((side, i) => [`${side.letter}: ${side.label}`, show(found.values[i], digits), i, ""]),
    ...found.differences.map((value, i) => [`${COMPARE_SIDES[i + 1]} − A`, signed(value), -1,
      Number(value.toFixed(digits)) > 0 ? "plus" : Number(value.toFixed(digits)) < 0 ? "minus" : ""]),
  ];
  compareTerms(state, terms);
  const at = ([row, column]) => `row ${row + 1}, column ${column + 1}`;
  const places = new Set(found.places.map(at));
  const where = places.size === 1 ? at(found.places[0])
    : found.places.map((place, i) => `${COMPARE_SIDES[i]}: ${at(place)}`).join("; ");
  setText(state.where, `${shown.titles.join(" | ")}, ${where}`);
  Object.assign(state.root.dataset, { cell: [shown.name, ...state.cell].join(),
    cells: found.places.map((place) => place.join()).join(";"), part: state.part,
    a: found.values[0], b: found.values[1] ?? "", c: found.values[2] ?? "",
    difference: found.differences[0] ?? "", differences: found.differences.join() });
  compareMarks(state);
  if (!aloud) return;
  clearTimeout(state.speaking);
  state.speaking = setTimeout(() => {
    const values = terms.map(([name, value]) => `${name.replace("−", "minus")} is ${value}`).join(", ");
    setText(state.spoken, `${state.where.textContent}: ${values}.`);
  }, 250);
}

function compareTerms(state, terms) {
  const { readout } = state;
  if (readout.querySelectorAll(".term").length !== terms.length) {
    const made = terms.map(() => make("div", { class: "term" }, make("span", { class: "swatch", "aria-hidden": "true" }),
      make("span"), make("span", { class: "value number" })));
    // Three sides fill a line; their differences stand on the next.
    if (terms.length === 5) made.splice(3, 0, make("div", { class: "break" }));
    readout.replaceChildren(state.where, ...made, ...(terms.length > 1 ? [state.largest] : []));
  }
  [...readout.querySelectorAll(".term")].forEach((term, i) => {
    const [name, value, side, kind] = terms[i];
    const [swatch, title, number] = term.children;
    swatch.hidden = side < 0;
    if (side >= 0) swatch.style.background = compareColour(state, side);
    setText(title, name);
    setText(number, value);
    if (term.dataset.kind !== kind) term.dataset.kind = kind;
  });
  state.largest.disabled = !state.shown.differences[0]?.share;
}

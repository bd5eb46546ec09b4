// The region as matrices of numbers in coloured cells, and beside the channels of a picture the colours
// that they make together.

const NUMBERS_SIDE = 30; // the width of the row numbers, in pixels
const NUMBERS_LETTER = 6.9; // the least width of a character that is still read
const NUMBERS_LARGEST = 64; // the greatest width of a cell, in pixels

function numbersPanel(state, key) {
  if (state.panels.has(key)) return state.panels.get(key);
  const field = makeField("", key === "picture" ? { tabindex: "-1" } : {});
  const title = make("strong"), ends = make("span", { class: "quiet number" });
  const across = make("div", { class: "across number", "aria-hidden": "true" });
  const down = make("div", { class: "down number", "aria-hidden": "true" });
  const table = make("table");
  const element = make("section", { class: "panel", "data-part": key },
    make("p", { class: "title" }, title, " ", ends),
    make("div", { class: "grid" }, across, down, field.element), make("div", { class: "hidden" }, table));
  field.element.onpointermove = field.element.onpointerdown = (event) => {
    const cell = pointedCell(field, event);
    if (cell) numbersPick(state, ...cell);
  };
  field.element.onkeydown = (event) => {
    const step = keyStep(event);
    if (!step) return;
    event.preventDefault();
    numbersPick(state, state.row + step[0], state.column + step[1]);
    numbersSay(state, numbersSentence(state));
  };
  const panel = { key, element, field, title, ends, across, down, table };
  state.panels.set(key, panel);
  return panel;
}

// Chooses a cell and draws what that changes.
function numbersPick(state, row, column) {
  const before = [state.top, state.left, state.row, state.column];
  numbersChoose(state, row, column);
  if (state.top !== before[0] || state.left !== before[1]) numbersRegion(state);
  else if (state.row !== before[2] || state.column !== before[3]) numbersCell(state);
}

// The panels that the map needs: one for every part, after the colours that they make.
function numbersPanels(state) {
  const { now } = state;
  const keys = now.parts.map((part) => (now.depth === 1 ? "values" : CHANNEL_NAMES[part]));
  state.matrices = now.parts.map((part, i) =>
    Object.assign(numbersPanel(state, keys[i]), { source: numbersSource(state, part) }));
  state.together = now.parts.length > 1
    ? Object.assign(numbersPanel(state, "picture"), { source: numbersWhole(state) }) : null;
  const shown = [...(state.together ? [state.together] : []), ...state.matrices];
  const { body } = state;
  if (shown.length !== body.children.length || shown.some(({ element }, i) => body.children[i] !== element)) {
    body.replaceChildren(...shown.map(({ element }) => element));
  }
  for (const panel of shown) numbersCaption(state, panel);
}

function numbersCaption(state, { key, title, ends, field }) {
  const { now, picture } = state;
  const digits = Math.max(2, state.decimals);
  const channel = `${key[0].toUpperCase()}${key.slice(1)}`;
  const name = key === "picture" ? "The pixels together" : key === "values" ? now.title
    : now.name === PICTURE_STAGE ? `${channel} channel` : `${now.title}, ${key} channel`;
  setText(title, name);
  const part = CHANNEL_NAMES.indexOf(key);
  if (now.name === PICTURE_STAGE && part >= 0) {
    const [low, high] = numbersEndsOf(picture)[part];
    setText(ends, state.bytes ? `${255 * low} … ${255 * high}` : `${show(low, digits)} … ${show(high, digits)}`);
    ends.title = "The smallest and the largest value of the whole channel";
  } else setText(ends, "");
  field.element.setAttribute("aria-label", key === "picture" ? "The colours that the three channels make"
    : `${name}: the numbers of the region. Arrow keys go from cell to cell, with Shift ten at a time.`);
}

// How the panels stand in a width: beside the whole map or below it, in one column or two, so that the
// numbers of so many cells a row can be read. null if they cannot.
function numbersArrange(state, count, cells) {
  const { width, now } = state;
  const least = Math.max(LETTERS, NUMBERS_LETTER * numbersLetters(state));
  const aside = numbersClamp(Math.round(width * 0.25), 150, 270);
  const ways = [[true, 2], [false, 2], [true, 1], [false, 1]]
    .filter(([beside, across]) => across <= count && (!beside || width >= 560));
  const found = ways.map(([beside, across]) => {
    const room = width - (beside ? aside + 28 : 0) - (across - 1) * 20 - across * NUMBERS_SIDE;
    return { beside, across, aside, cell: Math.floor(room / across / cells) };
  });
  const enough = found.filter((way) => way.cell >= least);
  const widest = enough.filter((way) => way.across === enough[0].across);
  const way = widest.find((each) => each.cell >= 1.15 * least) ?? widest.sort((a, b) => b.cell - a.cell)[0];
  if (!way) return { ...found.at(-1), fits: false };
  // As large as a projector wants it, as long as the matrices still stand on one screen.
  const height = count > 1 ? 440 : 560;
  return { ...way, cell: Math.min(way.cell, NUMBERS_LARGEST, Math.max(Math.ceil(least), Math.floor(height / cells))),
    fits: true };
}

// The length of the longest number of the map as it is written.
function numbersLetters(state) {
  const { now } = state;
  if (now.name === PICTURE_STAGE && state.bytes) return 3;
  return Math.max(...[now.minimum, now.maximum].map((end) => show(end, numbersDigits(state)).length));
}

function numbersDrawPanel(state, panel) {
  const { top, left, rows, columns, way: { cell } } = state;
  const digits = numbersDigits(state);
  drawField(panel.field, panel.source, [top, left, rows, columns], cell, digits);
  panel.element.style.setProperty("--cell", `${cell}px`);
  numbersCount(panel.across, left, columns);
  numbersCount(panel.down, top, rows);
  if (panel !== state.together) numbersTable(state, panel, digits);
}

function numbersCount(line, first, count) {
  while (line.children.length > count) line.lastChild.remove();
  while (line.children.length < count) line.append(make("span"));
  [...line.children].forEach((span, i) => setText(span, String(first + i + 1)));
}

// The same numbers as a table, for those who cannot see the canvas.
function numbersTable(state, { table, source, title }, digits) {
  const { top, left, rows, columns } = state;
  const size = `${rows},${columns}`;
  if (table.dataset.size !== size) {
    table.dataset.size = size;
    const line = (head, kind) => make("tr", {}, make("th", head),
      ...Array.from({ length: columns }, () => make(kind, kind === "th" ? { scope: "col" } : {})));
    table.replaceChildren(make("caption"), make("tbody", {}, line({}, "th"),
      ...Array.from({ length: rows }, () => line({ scope: "row" }, "td"))));
  }
  setText(table.caption, `${title.textContent}, ${numbersPlace(state)}`);
  const [head, ...body] = table.rows;
  for (let c = 0; c < columns; c++) setText(head.cells[c + 1], String(left + c + 1));
  body.forEach((line, r) => {
    setText(line.cells[0], String(top + r + 1));
    for (let c = 0; c < columns; c++) setText(line.cells[c + 1], show(source.value(top + r, left + c), digits));
  });
}

// Outlines the chosen cell, and marks its row and column beside the panel. On a channel's own colour
// the page's accent would not be seen.
function numbersMarkPanel(state, panel) {
  const { top, left, row, column } = state;
  clearMarks(panel.field);
  markField(panel.field, [row, column, row, column], state.now.depth === 3 ? "#fff" : state.accent);
  [...panel.across.children].forEach((span, i) => span.classList.toggle("on", left + i === column));
  [...panel.down.children].forEach((span, i) => span.classList.toggle("on", top + i === row));
}

// The figures of the comparison: the picture, a map for each side, and their differences.

function compareFigure(state, id, kind, side) {
  if (state.views.has(id)) return state.views.get(id);
  const pixels = make("canvas", { class: "pixels" });
  const marks = make("canvas", { class: "marks", "aria-hidden": "true" });
  const map = make("div", { class: "map", tabindex: "0", role: "application",
    "aria-roledescription": "map" }, pixels, marks);
  const swatch = make("span", { class: "swatch", "aria-hidden": "true" });
  const title = make("span");
  const name = make("div", { class: "name" }, ...(kind === "side" ? [swatch] : []), title);
  const range = make("div", { class: "number" }), more = make("div", { class: "number quiet" });
  const low = make("span"), high = make("span");
  const bar = make("canvas", { "aria-hidden": "true" });
  const legend = make("div", { class: "legend number quiet" }, low, bar, high);
  const figure = make("figure", { "data-map": id }, map,
    make("figcaption", {}, name, range, more, ...(kind === "picture" ? [] : [legend])));
  const view = { id, kind, side, figure, map, pixels, marks, swatch, title, name, range, more, low, high, bar };
  state.views.set(id, view);
  comparePointing(state, view);
  return view;
}

// What is on the sheet, in the order of reading for its width.
function compareFigures(state) {
  const { sides } = state.header.compare;
  const input = compareFigure(state, "input", "picture");
  const maps = sides.map((_, i) => compareFigure(state, COMPARE_SIDES[i], "side", i));
  const differences = sides.slice(1).map((_, i) =>
    compareFigure(state, `${COMPARE_SIDES[i + 1]}-A`, "difference", i + 1));
  return { input, maps, differences };
}

function compareCodes(state, entry, rows, columns) {
  const each = state.header.settings.colour === "each" && state.picture.channels === 3;
  const part = each ? state.part : 0;
  return state.message.codes(entry.codes, (part + 1) * rows * columns).subarray(part * rows * columns);
}

function compareCaption(view, title, range, more, low, high, table) {
  setText(view.title, title);
  view.name.title = title;
  setText(view.range, range);
  setText(view.more, more);
  if (view.kind === "picture") return;
  setText(view.low, low);
  setText(view.high, high);
  if (view.bar.dataset.table !== table) {
    paintCodes(view.bar, Uint8Array.from({ length: 256 }, (_, i) => i), 1, 256, table);
    view.bar.dataset.table = table;
  }
}

function compareDrawPicture(state, view) {
  const { picture } = state;
  if (state.painted !== state.header.picture) paintPicture(view.pixels, picture);
  state.painted = state.header.picture;
  view.shape = [picture.rows, picture.columns];
  compareCaption(view, "Input", `${picture.rows} × ${picture.columns}${picture.channels === 3 ? " × 3" : ""}`,
    "with the windows of the chosen cell");
  view.map.setAttribute("aria-label", "Input picture. Arrow keys go from cell to cell of the maps.");
}

function compareDrawSide(state, view) {
  const { shown, digits, header: { compare } } = state;
  const entry = shown.sides[view.side], side = compare.sides[view.side];
  const [rows, columns] = view.shape = entry.shape;
  view.codes = compareCodes(state, entry, rows, columns);
  view.table = shown.table;
  paintCodes(view.pixels, view.codes, rows, columns, view.table);
  view.swatch.style.background = compareColour(state, view.side);
  compareCaption(view, `${side.letter}: ${side.label}`,
    `${rows} × ${columns} · ${show(entry.minimum, digits)} … ${show(entry.maximum, digits)}`,
    entry.title, show(shown.low, digits), show(shown.high, digits), shown.table);
  view.map.setAttribute("aria-label", `${side.letter}, ${side.label}: ${entry.title}, ${rows} by ${columns} values from `
    + `${show(entry.minimum, digits)} to ${show(entry.maximum, digits)}. Arrow keys go from cell to cell.`);
}

function compareDrawDifference(state, view) {
  const { shown, digits } = state;
  const entry = shown.differences[view.side - 1];
  const [rows, columns] = view.shape = shown.shape;
  view.codes = compareCodes(state, entry, rows, columns);
  view.table = "diverging";
  paintCodes(view.pixels, view.codes, rows, columns, view.table);
  const letter = COMPARE_SIDES[view.side];
  const apart = shown.distance ? `; windows up to ${Number(shown.distance.toFixed(2))} px apart` : "";
  const range = `${show(entry.minimum, digits)} … ${show(entry.maximum, digits)}`;
  const facts = `${comparePercent(entry.share)} of the cells differ; mean size ${show(entry.mean, digits)}`;
  compareCaption(view, `Difference ${letter} − A`, `${rows} × ${columns} · ${range}`, facts + apart,
    show(-entry.limit, digits), show(entry.limit, digits), "diverging");
  view.map.setAttribute("aria-label", `Difference, ${letter} minus A: ${rows} by ${columns} values from ${range}. `
    + `${facts}. Arrow keys go from cell to cell.`);
}

function compareColour(state, side) {
  return COMPARE_COLOURS[side] || state.accent;
}

// Four maps side by side, three, or two on a phone; what the numbers say stands below them.
function compareLayout(state) {
  const { width, header: { compare: { sides } } } = state;
  if (!width) return;
  const { input, maps, differences } = compareFigures(state);
  const count = width >= 860 ? 4 : width >= 512 ? 3 : 2;
  const gap = count === 2 ? 12 : 16;
  const box = Math.min(300, Math.floor((width - gap * (count - 1)) / count));
  const three = sides.length === 3;
  const readout = { figure: state.readout };
  let order = [...maps, ...(three ? [input, ...differences] : [...differences, input]), readout];
  if (count === 4) order = three ? [input, ...maps, readout, ...differences] : [input, ...maps, ...differences, readout];
  const elements = order.map((each) => each.figure);
  const sheet = state.sheet;
  if (elements.length !== sheet.children.length || elements.some((e, i) => sheet.children[i] !== e)) {
    sheet.replaceChildren(...elements);
  }
  sheet.style.gridTemplateColumns = `repeat(${count}, minmax(0, ${box}px))`;
  const beside = (count === 4 && three) || (count === 3 && !three);
  state.readout.style.gridColumn = beside ? "span 2" : "1 / -1";
  for (const view of [input, ...maps, ...differences]) {
    const [rows, columns] = view.shape;
    const scale = box / Math.max(rows, columns);
    view.size = [Math.max(1, Math.round(columns * scale)), Math.max(1, Math.round(rows * scale))];
    view.map.style.width = `${view.size[0]}px`;
    view.map.style.height = `${view.size[1]}px`;
    view.map.classList.toggle("crisp", scale > 1.5);
  }
}

// Marks the chosen cell in every map, and its windows in the picture.
function compareMarks(state) {
  const { found, shown, cell, header: { compare } } = state;
  const { input, maps, differences } = compareFigures(state);
  for (const view of [...maps, ...differences]) {
    const [rows, columns] = view.shape, [width, height] = view.size;
    const context = overlay(view.marks, width, height);
    if (width / columns >= LEAST_CELL) {
      writeValues(context, compareValues(state, view), view.codes, rows, columns, view.table, width, height);
    }
    const [row, column] = view.kind === "side" ? found.places[view.side] : cell;
    const colour = view.kind === "side" ? compareColour(state, view.side) : state.accent;
    outline(context, [row, column, row, column], rows, columns, width, height, colour);
  }
  const context = overlay(input.marks, ...input.size);
  // A is drawn first and thickest, so that windows that are the same are all seen.
  compare.sides.forEach((side, i) => {
    const box = compareWindow(side, shown.sides[i].stage, ...found.places[i]);
    outline(context, box, ...input.shape, ...input.size, compareColour(state, i), 6 - 2 * i);
  });
}

// The values that are written into the cells of a small map.
function compareValues(state, view) {
  const { shown } = state;
  const [rows, columns] = view.shape;
  return view.values ??= Array.from({ length: rows * columns }, (_, at) => {
    const row = Math.floor(at / columns), column = at % columns;
    if (view.kind === "side") return compareValue(state, view.side, shown.sides[view.side].stage, row, column);
    const [a, b] = [0, view.side].map((i) => compareValue(state, i, shown.sides[i].stage,
      shown.cells[i].rows[row], shown.cells[i].columns[column]));
    return b - a;
  });
}

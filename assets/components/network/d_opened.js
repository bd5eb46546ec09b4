// One map in full: pointing at a cell reads its value out of what has come with the map; a click or the arrow
// keys choose the cell that the server takes apart.

function networkOpenedBegin(state) {
  const pane = state.root.querySelector(".opened");
  const title = make("h3"), about = make("p", { class: "about quiet number" });
  const pixels = make("canvas", { class: "pixels" }), marks = make("canvas", { class: "marks" });
  const field = make("div", { class: "map", tabindex: "0", role: "application", "aria-roledescription": "map" }, pixels, marks);
  const reading = make("p", { class: "reading number" }, " ");
  const legend = make("div", { class: "legend number quiet" }, make("span"), make("canvas", { "aria-hidden": "true" }), make("span"));
  const cell = make("div", { class: "cell" });
  const whole = make("div", { class: "whole" }, field, legend, reading);
  pane.append(title, about, whole, cell);
  state.opened = { pane, title, about, field, pixels, marks, reading, legend, cell, whole, pointed: null };
  field.onpointermove = (event) => networkPoint(state, networkCellAt(state, event));
  field.onpointerleave = () => networkPoint(state, null);
  field.onclick = (event) => networkChooseCell(state, networkCellAt(state, event));
  field.onkeydown = (event) => networkCellKey(state, event);
  new ResizeObserver(() => networkCellMark(state)).observe(field);
}

function networkOpenedDraw(state, message) {
  const { opened } = state;
  const { header } = opened.message = message;
  const { map } = header;
  const [rows, columns] = map.shape;
  opened.rows = rows;
  opened.columns = columns;
  opened.values = message.floats(header.values, rows * columns);
  paintCodes(opened.pixels, message.codes(map.codes, rows * columns), rows, columns, map.table);
  opened.field.style.aspectRatio = `${columns} / ${rows}`;
  setText(opened.title, `${networkName(header.node)}, map ${header.channel + 1}`);
  setText(opened.about, `Number ${header.place + 1} of ${header.of} by strength · ${rows} × ${columns} cells · ${networkRange(map.minimum, map.maximum)}`);
  const [low, bar, high] = opened.legend.children;
  setText(low, networkNumber(map.low));
  setText(high, networkNumber(map.high));
  paintCodes(bar, Uint8Array.from({ length: 256 }, (_, i) => i), 1, 256, map.table);
  opened.legend.title = "Scaled for display: the two ends of the colours, and the values they stand for.";
  opened.field.setAttribute("aria-label", `Map ${header.channel + 1} of ${header.node}, ${rows} rows and ${columns} columns, `
    + `values ${networkRange(map.minimum, map.maximum)}. The arrow keys choose a cell, which is taken apart below.`);
}

// Whether the layer has maps to be opened, or units, which are taken apart as they are.
function networkOpenedShow(state, hasMap) {
  const { opened, place } = state;
  opened.whole.hidden = !hasMap;
  if (!hasMap) {
    setText(opened.title, networkName(place.node));
    setText(opened.about, place.channel < 0 ? "Choose a unit: it is taken apart here." : "");
  }
  if (!state.header.cell) opened.cell.replaceChildren(hasMap ? make("p", { class: "quiet" },
    "Click a cell, or go there with the arrow keys: it is taken apart here.") : "");
}

function networkCellAt(state, event) {
  const box = state.opened.field.getBoundingClientRect();
  const { rows, columns } = state.opened;
  const clamp = (value, count) => Math.min(Math.max(Math.floor(value * count), 0), count - 1);
  return [clamp((event.clientY - box.top) / box.height, rows), clamp((event.clientX - box.left) / box.width, columns)];
}

function networkPoint(state, cell) {
  state.opened.pointed = cell;
  networkCellMark(state);
}

function networkChooseCell(state, [row, column], gesture) {
  networkLook(state, { channel: state.place.channel, row, column }, gesture);
  networkCellMark(state);
}

function networkCellKey(state, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { rows, columns } = state.opened;
  const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-10, 0], PageDown: [10, 0],
    Home: [0, -columns], End: [0, columns] }[event.key];
  if (!move && event.key !== "Enter") return;
  event.preventDefault();
  const { row, column } = state.place;
  const from = row < 0 ? [(rows - 1) >> 1, (columns - 1) >> 1] : [row, column];
  const [dr, dc] = row < 0 || !move ? [0, 0] : move;
  const to = [Math.min(Math.max(from[0] + dr, 0), rows - 1), Math.min(Math.max(from[1] + dc, 0), columns - 1)];
  state.opened.pointed = null;
  networkChooseCell(state, to, "cell");
  networkSay(state, `Row ${to[0] + 1}, column ${to[1] + 1}: ${networkNumber(state.opened.values[to[0] * columns + to[1]])}`);
}

function networkCellMark(state) {
  const { opened, place, accent } = state;
  const { field, marks, rows, columns, pointed } = opened;
  const width = field.clientWidth, height = field.clientHeight;
  if (!width || !opened.values) return;
  const context = overlay(marks, width, height);
  if (place.row >= 0 && place.row < rows && place.column < columns) {
    outline(context, [place.row, place.column, place.row, place.column], rows, columns, width, height, accent, 2);
  }
  if (pointed) outline(context, [...pointed, ...pointed], rows, columns, width, height, "#fff", 1);
  const read = pointed ?? (place.row >= 0 ? [place.row, place.column] : null);
  setText(opened.reading, read && read[0] < rows && read[1] < columns
    ? `row ${read[0] + 1}, column ${read[1] + 1}: ${networkNumber(opened.values[read[0] * columns + read[1]])}` : " ");
}

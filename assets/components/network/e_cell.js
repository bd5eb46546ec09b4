// A number taken apart: what was read, times what, and how it adds up. All numbers are the engine's.

const NETWORK_GROUPS = 3; // input maps that are written out before somebody asks for more
const NETWORK_ROWS = 20; // inputs of a unit, the same
const NETWORK_LARGEST = 7; // cells a side of a patch that is written in numbers; larger ones are drawn

function networkCellDraw(state, message) {
  const { cell } = state.opened;
  const { header } = state.opened.taken = message;
  if (header.kind !== "input") networkTaken(state, message, cell);
  else cell.replaceChildren(make("p", {}, `A number of the picture itself, as the network takes it: ${networkNumber(header.value)}.`));
}

function networkPlace(place) {
  if (place.length === 1) return `unit ${place[0] + 1}`;
  const [channel, row, column] = place.map((n) => n + 1);
  return `map ${channel}, row ${row}, column ${column}`;
}

function networkTaken(state, message, cell) {
  const { header } = message;
  const word = { sum: "", winner: "pooling", softmax: "softmax", function: "", copy: "" }[header.kind];
  const parts = [
    make("h4", {}, `${header.label ?? networkPlace(header.place)} = `, make("strong", { class: "number" }, networkNumber(header.value)), word ? why(word) : ""),
    make("p", { class: "formula number" }, header.formula),
  ];
  if (header.groups.length && header.kind === "winner") parts.push(networkWinner(state, message));
  else if (header.groups.length) parts.push(...networkGroups(state, message));
  else if (header.terms) parts.push(networkTerms(state, header.terms));
  else if (header.parts.length) parts.push(networkParts(state, header));
  if (header.field) {
    const [rows, columns] = header.field.size;
    const { width, height } = state.answer.picture;
    const what = rows >= height && columns >= width ? "the whole picture" : `${rows} × ${columns} pixels of the picture, outlined there`;
    parts.push(make("p", { class: "quiet number" }, `It sees ${what}${header.field.mask === undefined ? "." : ", with gaps."}`, why("receptive_field")));
  }
  const scrolled = cell.scrollTop;
  cell.replaceChildren(...parts);
  cell.scrollTop = scrolled;
}

// One matrix: numbers if they fit, and else colours about zero.
function networkMatrix(values, rows, columns, kinds) {
  if (Math.max(rows, columns) > NETWORK_LARGEST) {
    const most = values.reduce((m, v) => Math.max(m, Math.abs(v)), 0) || 1;
    const canvas = make("canvas", { class: "patch", role: "img", "aria-label": `${rows} by ${columns} numbers, largest size ${networkNumber(most)}` });
    paintCodes(canvas, Uint8Array.from(values, (v) => Math.round(127.5 + (127.5 * v) / most)), rows, columns, "diverging");
    canvas.title = `Colours from −${networkNumber(most)} to ${networkNumber(most)}`;
    return canvas;
  }
  const grid = make("span", { class: "matrix", role: "img", "aria-label": Array.from(values, networkNumber).join(", ") });
  grid.style.gridTemplateColumns = `repeat(${columns}, auto)`;
  grid.append(...Array.from(values, (value, i) => make("span", { "data-kind": kinds?.(i) ?? (value > 0 ? "plus" : value < 0 ? "minus" : "zero") },
    networkNumber(value))));
  return grid;
}

function networkSource(header, source, channel) {
  const name = header.sources[source] ?? "";
  const label = name === "input" ? "the picture" : name;
  return channel === undefined ? label : `map ${channel + 1} of ${label}`;
}

// A sum over input maps: the strongest written out, all as bars, and the sum.
function networkGroups(state, message) {
  const { header } = message;
  const parts = [];
  const list = make("div", { class: "groups" });
  const write = (count) => list.replaceChildren(...header.groups.slice(0, count).map((group) => networkGroup(state, message, group)));
  write(NETWORK_GROUPS);
  parts.push(list);
  if (header.groups.length > NETWORK_GROUPS) {
    const more = make("button", { type: "button" }, `Write out all ${header.groups.length} input maps`);
    more.onclick = () => { write(header.groups.length); more.remove(); };
    parts.push(more);
  }
  const terms = header.groups.map(({ total, channel, source }) => [networkSource(header, source, channel), total]);
  if (header.more) terms.push([`${header.more} weaker maps`, header.rest]);
  if (header.bias !== null) terms.push(["bias", header.bias]);
  if (terms.length > 1) parts.push(networkSum(terms, header.value));
  return parts;
}

function networkGroup(state, message, group) {
  const { header } = message;
  const [rows, columns] = group.shape;
  const count = rows * columns;
  const outside = (i) => group.rows[Math.floor(i / columns)] < 0 || group.columns[i % columns] < 0 ? "padding" : undefined;
  const patch = message.floats(group.patch, count);
  const cells = make("div", { class: "equation" }, networkMatrix(patch, rows, columns, outside));
  if (group.weight !== null) {
    cells.append(make("span", { class: "sign" }, "×"), networkMatrix(message.floats(group.weight, count), rows, columns),
      make("span", { class: "sign" }, "="), networkMatrix(message.floats(group.products, count), rows, columns));
  }
  const what = group.weight === null ? "cells" : count > 1 ? "window × weights = products" : "value × weight = product";
  return make("div", { class: "group" }, make("p", { class: "quiet" }, `${networkSource(header, group.source, group.channel)}: ${what}, sum `,
    make("strong", { class: "number" }, networkNumber(group.total))), cells);
}

// Terms as bars to both sides of zero, and what they add up to.
function networkSum(terms, value) {
  const most = Math.max(...terms.map(([, term]) => Math.abs(term))) || 1;
  const rows = terms.map(([label, term]) => {
    const bar = make("span", { class: "bar", "data-sign": term < 0 ? "minus" : "plus", "aria-hidden": "true" });
    bar.style.setProperty("--share", Math.abs(term) / most);
    return make("tr", {}, make("th", { scope: "row" }, label), make("td", { class: "track" }, bar), make("td", {}, networkNumber(term)));
  });
  const sum = make("tr", { class: "sum" }, make("th", { scope: "row" }, "sum"), make("td"), make("td", {}, networkNumber(value)));
  return make("table", { class: "terms number" }, make("tbody", {}, ...rows, sum));
}

function networkWinner(state, message) {
  const { header } = message;
  const [group] = header.groups, [winner] = header.parts;
  const [rows, columns] = group.shape;
  const kinds = (i) => group.rows[Math.floor(i / columns)] === winner?.place[1] && group.columns[i % columns] === winner?.place[2] ? "winner" : undefined;
  return make("div", { class: "group" }, make("p", { class: "quiet" }, `${networkSource(header, group.source, group.channel)}: the window; its largest cell goes on`),
    make("div", { class: "equation" }, networkMatrix(message.floats(group.patch, rows * columns), rows, columns, kinds)));
}

// Single numbers: of a fully connected unit with their products, of a sum, a function or a copy as they are.
function networkParts(state, header) {
  const products = header.parts.some(({ product }) => product !== null);
  const most = Math.max(...header.parts.map(({ product, value }) => Math.abs(product ?? value))) || 1;
  const origin = header.origin ?? "";
  const single = networkItem(state, origin)?.shape.endsWith(" × 1 × 1");
  const rows = header.parts.map(({ source, place, value, weight, product, label, origin: from }, i) => {
    const where = from ? `${single ? `map ${from[0] + 1}` : networkPlace(from)} of ${origin}`
      : label ?? (place.length === 3 ? networkPlace(place) : networkSource(header, source));
    const bar = make("span", { class: "bar", "data-sign": (product ?? value) < 0 ? "minus" : "plus", "aria-hidden": "true" });
    bar.style.setProperty("--share", Math.abs(product ?? value) / most);
    const sum = weight === null ? "" : `${networkNumber(value)} × ${networkNumber(weight)} = `;
    return make("tr", { hidden: i >= NETWORK_ROWS }, make("th", { scope: "row" }, header.sources.length > 1 ? `${networkSource(header, source)}, ${where}` : where),
      make("td", { class: "quiet" }, sum), make("td", {}, networkNumber(product ?? value)), make("td", { class: "track" }, bar));
  });
  const last = [];
  if (header.more) last.push([`${header.more} more`, products ? networkNumber(header.rest) : ""]);
  if (header.bias !== null) last.push([header.kind === "function" ? "plus" : "bias", networkNumber(header.bias)]);
  if (header.kind === "sum") last.push(["sum", networkNumber(header.value)]);
  rows.push(...last.map(([label, text], i) => make("tr", { class: i === last.length - 1 ? "sum" : "" }, make("th", { scope: "row" }, label),
    make("td"), make("td", {}, text), make("td"))));
  const table = make("table", { class: "terms number" }, make("tbody", {}, ...rows));
  if (header.parts.length <= NETWORK_ROWS) return table;
  const more = make("button", { type: "button" }, `Show all ${header.parts.length} of the strongest`);
  more.onclick = () => { rows.forEach((row) => { row.hidden = false; }); more.remove(); };
  return make("div", {}, table, more);
}

function networkTerms(state, terms) {
  const head = make("tr", {}, ...["class", "score", "exp(score − largest)", "share"].map((text) => make("th", { scope: "col" }, text)));
  const rows = terms.rows.map(({ channel, label, score, exponential, share, own }) => {
    const name = make("button", { type: "button", class: "plain" }, label);
    name.onclick = () => networkLook(state, { channel });
    return make("tr", { class: own ? "sum" : "" }, make("th", { scope: "row" }, name), make("td", {}, networkNumber(score)),
      make("td", {}, networkNumber(exponential)), make("td", {}, networkNumber(share)));
  });
  if (terms.more) rows.push(make("tr", {}, make("th", { scope: "row" }, `${terms.more} more`), make("td"), make("td", {}, networkNumber(terms.rest)), make("td")));
  rows.push(make("tr", { class: "sum" }, make("th", { scope: "row" }, "sum"), make("td"), make("td", {}, networkNumber(terms.total)), make("td", {}, "1")));
  return make("table", { class: "terms softmax number" }, make("thead", {}, head), make("tbody", {}, ...rows));
}

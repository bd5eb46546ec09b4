// The maps of the layer that is looked at, strongest first; of a layer without rows and columns, its units.

// How many maps more are sent at once: a wide layer has thousands.
const NETWORK_MORE = 24, NETWORK_MANY = 96;

function networkMapsMore(state, count) {
  networkLook(state, { shown: Math.min(state.place.shown + count, state.maps.header.shape[0]) });
}

function networkMapsBegin(state) {
  const pane = state.root.querySelector(".maps");
  const title = make("h3"), about = make("p", { class: "about quiet number" }), grid = make("div", { class: "grid" });
  const more = make("button", { type: "button", class: "more" }), many = make("button", { type: "button", class: "more" });
  pane.append(title, about, make("div", { class: "scroll" }, grid, make("div", { class: "ends" }, more, many)));
  state.maps = { pane, title, about, grid, more, many, buttons: [] };
  more.onclick = () => networkMapsMore(state, NETWORK_MORE);
  many.onclick = () => networkMapsMore(state, NETWORK_MANY);
  grid.onkeydown = (event) => networkMapsKey(state, event);
}

function networkItem(state, name) {
  const index = state.graph.byNode?.get(name);
  return index === undefined ? null : state.graph.header.items[index];
}

// What a layer is called: its own name, and "the picture" for what goes in.
function networkName(name) {
  return name === "input" ? "Picture" : name;
}

// A number as short as it can be told apart from its neighbours.
function networkNumber(value) {
  if (typeof value !== "number") return String(value).replace("-", "−");
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(2).replace(/-/g, "−");
  return show(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3);
}

function networkRange(low, high) {
  return low === high ? networkNumber(low) : `${networkNumber(low)} to ${networkNumber(high)}`;
}

function networkMapsDraw(state, message) {
  const { maps } = state;
  const { header } = maps.message = message;
  const same = maps.header && maps.header.node === header.node && maps.header.shown === header.shown;
  maps.header = header;
  const item = networkItem(state, header.node);
  setText(maps.about, `${item?.title ?? ""} · ${item?.shape ?? ""} · ${networkRange(header.minimum, header.maximum)}`);
  maps.title.replaceChildren(networkName(header.node), item?.word ? why(item.word) : "");
  const vector = header.shape.length === 1;
  const count = vector ? header.units.length : header.maps.length;
  if (!same || maps.buttons.length !== count || vector !== maps.vector) {
    maps.vector = vector;
    maps.buttons = Array.from({ length: count }, (_, i) => networkTile(state, vector, i));
    maps.grid.classList.toggle("units", vector);
    maps.strip = vector ? make("canvas", { class: "strip", role: "img" }) : null;
    maps.grid.replaceChildren(...(vector ? [maps.strip] : []), ...maps.buttons.map(({ button }) => button));
  }
  if (vector) networkUnits(state, message);
  else header.maps.forEach((entry, i) => networkTileFill(state, message, entry, i));
  const left = header.shape[0] - count;
  setText(maps.more, `Show ${Math.min(NETWORK_MORE, left)} more of ${left}`);
  setText(maps.many, left > NETWORK_MANY ? `${NETWORK_MANY} more` : `All ${header.shape[0]}`);
  maps.more.hidden = left <= 0 || count < header.shown;
  maps.many.hidden = maps.more.hidden || left <= NETWORK_MORE;
  networkMapsMark(state);
}

function networkTile(state, vector, i) {
  const canvas = make("canvas", { "aria-hidden": "true" }), caption = make("span", { class: "caption number quiet" });
  const bar = make("span", { class: "bar" });
  const button = make("button", { type: "button", class: "tile" }, ...(vector ? [caption, bar] : [canvas, caption]));
  button.onclick = () => {
    const { header } = state.maps;
    const { channel } = vector ? header.units[i] : header.maps[i];
    networkLook(state, { channel, row: state.place.row, column: state.place.column });
  };
  return { button, canvas, caption, bar };
}

function networkTileFill(state, message, entry, i) {
  const { header } = message;
  const { button, canvas, caption } = state.maps.buttons[i];
  const [rows, columns] = entry.shape;
  paintCodes(canvas, message.codes(entry.codes, rows * columns), rows, columns, entry.table);
  const range = networkRange(entry.minimum, entry.maximum);
  setText(caption, `${entry.channel + 1}: ${range}`);
  button.title = `Map ${entry.channel + 1}, ${range}. Number ${i + 1} of ${header.shape[0]} by its mean size, ${networkNumber(entry.strength)}. `
    + "Its own range is scaled for display.";
  button.setAttribute("aria-label", `Map ${entry.channel + 1} of ${header.node}: values ${range}, `
    + `number ${i + 1} of ${header.shape[0]} by strength`);
}

function networkUnits(state, message) {
  const { header } = message;
  const { shape, codes, table } = header.strip;
  paintCodes(state.maps.strip, message.codes(codes, shape[0] * shape[1]), shape[0], shape[1], table);
  state.maps.strip.setAttribute("aria-label", `All ${header.shape[0]} units, ${networkRange(header.minimum, header.maximum)}`);
  const span = Math.max(Math.abs(header.minimum), Math.abs(header.maximum)) || 1;
  header.units.forEach(({ label, value }, i) => {
    const { button, caption, bar } = state.maps.buttons[i];
    setText(caption, `${label}: ${networkNumber(value)}`);
    bar.style.setProperty("--share", Math.abs(value) / span);
    bar.dataset.sign = value < 0 ? "minus" : "plus";
    button.setAttribute("aria-label", `${label}: ${networkNumber(value)}`);
  });
}

// Which of the tiles is opened, and which one the Tab key comes to.
function networkMapsMark(state) {
  const { maps, place } = state;
  if (!maps.header) return;
  const list = maps.vector ? maps.header.units : maps.header.maps;
  const chosen = list.findIndex(({ channel }) => channel === place.channel);
  maps.buttons.forEach(({ button }, i) => {
    button.setAttribute("aria-pressed", String(i === chosen));
    button.tabIndex = i === Math.max(0, chosen) ? 0 : -1;
  });
}

function networkMapsKey(state, event) {
  const { maps } = state;
  const at = maps.buttons.findIndex(({ button }) => button === event.target);
  if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  // As many as stand side by side: up and down move by a row.
  const across = maps.vector ? 1 : maps.buttons.filter(({ button }) => button.offsetTop === maps.buttons[0].button.offsetTop).length;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across, Home: -at, End: maps.buttons.length - 1 - at }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const next = maps.buttons[Math.min(Math.max(at + step, 0), maps.buttons.length - 1)].button;
  maps.buttons.forEach(({ button }) => { button.tabIndex = button === next ? 0 : -1; });
  next.focus();
}

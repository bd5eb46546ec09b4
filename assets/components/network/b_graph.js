// The list of layers: a tree in which blocks fold and unfold, with the lines between the layers beside it.

function networkGraphBegin(state) {
  const pane = state.root.querySelector(".graph");
  const lines = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  lines.setAttribute("aria-hidden", "true");
  const list = make("div", { class: "rows", role: "tree", "aria-label": "Layers, from the picture to the answer" });
  const scroll = make("div", { class: "scroll" }, make("div", { class: "inside" }, lines, list));
  const totals = make("p", { class: "totals quiet number" });
  const title = make("h3", {}, "Layers", why("layer_costs"));
  pane.append(title, scroll, totals);
  state.graph = { pane, lines, list, scroll, totals, title, rows: [], elements: [], focus: 0, top: "", timer: 0 };
  scroll.onscroll = () => {
    clearTimeout(state.graph.timer);
    state.graph.timer = setTimeout(() => networkScrolled(state), 400);
  };
  list.onkeydown = (event) => networkGraphKey(state, event);
}

function networkScrolled(state) {
  const { graph } = state;
  const row = Math.round(graph.scroll.scrollTop / NETWORK_ROW);
  const name = row ? graph.header.items[graph.rows[row] ?? 0].name : "";
  if (name === graph.top) return;
  graph.top = name;
  sendEdit(state.component, { op: "look", at: { top: name } });
}

// message: the layers. They are built anew only for another network, or when something folds.
function networkGraphDraw(state, message) {
  const { graph } = state;
  graph.header = message.header;
  graph.byNode = new Map(message.header.items.map((item, i) => [item.name, i]));
  setText(graph.totals, message.header.totals);
  networkGraphBuild(state);
}

function networkGraphBuild(state) {
  const { graph } = state;
  const { items, reads } = graph.header;
  graph.rows = networkRows(items, state.unfolded);
  graph.sources = networkSources(items, graph.rows, state.unfolded, reads);
  graph.elements = graph.rows.map((item, row) => networkRow(state, items[item], row));
  graph.list.replaceChildren(...graph.elements.map(({ element }) => element));
  networkGlances(state);
  networkGraphMark(state);
}

function networkRow(state, item, row) {
  const open = item.size > 0 && state.unfolded.has(item.name);
  const canvas = make("canvas", { "aria-hidden": "true" });
  const name = make("span", { class: "name" }, item.label);
  const kind = make("span", { class: "kind" }, item.title);
  const size = make("span", { class: "size quiet number" }, [item.shape, item.costs].filter(Boolean).join(" · "));
  const fold = item.size ? make("span", { class: "fold" }, lineIcon(open ? "M4 7l6 6 6-6" : "M7 4l6 6-6 6")) : "";
  const element = make("div", { class: `row${item.size ? " block" : ""}`, role: "treeitem", tabindex: "-1",
    "aria-level": item.level + 1, "aria-selected": "false", "data-name": item.name,
    "aria-label": `${item.label}: ${item.title}. ${item.spoken}` },
  canvas, make("span", { class: "words" }, make("span", { class: "line" }, name, kind), size), fold);
  element.title = `${item.label}: ${item.title}\n${item.spoken}`;
  if (item.size) element.setAttribute("aria-expanded", String(open));
  element.style.setProperty("--level", item.level);
  element.onclick = () => {
    networkGraphFocus(state, row, true);
    if (item.size) networkFold(state, item);
    else networkLook(state, { node: item.name });
  };
  return { element, canvas, item };
}

function networkFold(state, item) {
  const { unfolded, graph } = state;
  if (!unfolded.delete(item.name)) unfolded.add(item.name);
  networkGraphBuild(state);
  networkGraphFocus(state, graph.rows.findIndex((i) => graph.header.items[i].name === item.name), true);
  sendEdit(state.component, { op: "look", at: { unfolded: [...unfolded] } });
}

// The row that shows a layer: its own, or that of the folded block that it is in.
function networkRowOf(state, name) {
  const { graph } = state;
  const item = graph.byNode.get(name);
  if (item === undefined) return -1;
  let found = -1;
  graph.rows.forEach((each, row) => { if (each <= item) found = row; });
  return found;
}

function networkGraphMark(state) {
  const { graph } = state;
  if (!graph.header) return;
  const chosen = networkRowOf(state, state.place.node);
  const heads = new Set();
  graph.elements.forEach(({ element, item }, row) => {
    element.setAttribute("aria-selected", String(row === chosen));
    if (item.size && state.unfolded.has(item.name)) heads.add(row);
  });
  if (!graph.list.contains(state.root.getRootNode().activeElement)) networkGraphFocus(state, Math.max(0, chosen), false);
  if (graph.drawn?.rows === graph.rows && graph.drawn.chosen === chosen) return;
  graph.drawn = { rows: graph.rows, chosen };
  const width = networkDrawLines(graph.lines, graph.sources, heads, new Set([chosen]));
  graph.list.style.paddingLeft = `${width}px`;
}

function networkGraphFocus(state, row, focus) {
  const { graph } = state;
  if (row < 0 || row >= graph.elements.length) return;
  graph.focus = row;
  graph.elements.forEach(({ element }, i) => { element.tabIndex = i === row ? 0 : -1; });
  if (focus) graph.elements[row].element.focus({ preventScroll: false });
}

function networkGraphKey(state, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { graph } = state;
  const { item } = graph.elements[graph.focus];
  const last = graph.elements.length - 1;
  const level = item.level;
  const moves = { ArrowUp: graph.focus - 1, ArrowDown: graph.focus + 1, Home: 0, End: last,
    PageUp: graph.focus - 10, PageDown: graph.focus + 10 };
  if (event.key in moves) {
    networkGraphFocus(state, Math.min(Math.max(moves[event.key], 0), last), true);
  } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    const open = state.unfolded.has(item.name);
    if (item.size && open !== (event.key === "ArrowRight")) networkFold(state, item);
    else if (event.key === "ArrowRight" && item.size) networkGraphFocus(state, graph.focus + 1, true);
    else if (event.key === "ArrowLeft") {
      const above = graph.elements.slice(0, graph.focus).findLastIndex((each) => each.item.level < level);
      networkGraphFocus(state, above, true);
    }
  } else if (event.key === "Enter" || event.key === " ") {
    graph.elements[graph.focus].element.click();
  } else return;
  event.preventDefault();
}

// The strongest map of every layer, once the picture has gone through.
function networkGlances(state) {
  const message = state.passed;
  if (!message || !state.graph.header) return;
  for (const { canvas, item } of state.graph.elements) {
    const glance = message.header.glances[item.last ?? item.name];
    canvas.hidden = !glance;
    if (!glance) continue;
    const [rows, columns] = glance.shape;
    paintCodes(canvas, message.codes(glance.codes, rows * columns), rows, columns, glance.table);
  }
}

// At the first drawing the list stands where the address says.
function networkGraphScroll(state) {
  const { graph } = state;
  const row = networkRowOf(state, graph.top || state.place.node);
  const wanted = graph.top ? row * NETWORK_ROW : Math.max(0, row - 2) * NETWORK_ROW;
  if (!graph.top && row * NETWORK_ROW < graph.scroll.clientHeight - NETWORK_ROW) return;
  graph.scroll.scrollTop = wanted;
}

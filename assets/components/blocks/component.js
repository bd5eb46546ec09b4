// The block of a system beside that of the one before it: layers, lines between them, and maps of one layer.

const blocksStates = new WeakMap();

function blocks(component) {
  // The colours and the words come with the library's own message.
  if (component.data) withPicture("none", () => blocksShow(component));
}

function blocksShow(component) {
  const root = component.parentElement.querySelector(".blocks");
  const message = unpack(component.data);
  const { header } = message;
  let state = blocksStates.get(root);
  if (!state) {
    const styled = root.getRootNode();
    styled.adoptedStyleSheets = [...styled.adoptedStyleSheets, viewStyles];
    state = { panes: new Map() };
    blocksStates.set(root, state);
  }
  state.component = component;
  answered(component, header.answered);
  if (hasUnsent(component)) return;
  const panes = header.sides.map(({ side }) => {
    if (!state.panes.has(side)) state.panes.set(side, blocksPane(state, side));
    return state.panes.get(side);
  });
  if (panes.some(({ pane }, i) => root.children[i] !== pane) || root.children.length !== panes.length) {
    root.replaceChildren(...panes.map(({ pane }) => pane));
  }
  header.sides.forEach((side, i) => blocksFill(state, panes[i], side, message));
  root.dataset.version = header.version;
}

function blocksPane(state, side) {
  const lines = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  lines.setAttribute("aria-hidden", "true");
  const title = make("h3"), choice = make("p"), list = make("div", { class: "rows", role: "listbox" });
  const head = make("h4"), range = make("p", { class: "quiet number", "aria-live": "polite" }), maps = make("div", { class: "maps" });
  const pane = make("section", { "data-side": side }, title, choice, make("div", { class: "inside" }, lines, list), head, range, maps);
  const inside = list.parentElement;
  return { pane, inside, lines, title, choice, list, head, range, maps, side, focus: -1, key: "" };
}

function blocksFill(state, own, side, message) {
  setText(own.title, side.system);
  own.list.setAttribute("aria-label", `Layers of the ${side.blocks[side.block]} of ${side.system}`);
  const key = `${side.system}/${side.block}`;
  if (own.key !== key) {
    own.key = key;
    own.focus = -1;
    blocksChoice(state, own, side);
    own.rows = side.rows.map((row, i) => blocksRow(state, own, row, i));
    own.list.replaceChildren(...own.rows.map(({ element }) => element));
  }
  const chosen = side.rows.findIndex(({ name }) => name === side.node);
  if (own.focus < 0) own.inside.scrollTop = (chosen - 5) * NETWORK_ROW;
  side.rows.forEach((row, i) => {
    const { element, canvas } = own.rows[i];
    const [rows, columns] = row.map.shape;
    const size = rows * columns * (row.map.table === "rgb" ? 3 : 1);
    paintCodes(canvas, message.codes(row.map.codes, size), rows, columns, row.map.table);
    element.setAttribute("aria-selected", String(i === chosen));
  });
  if (own.focus < 0 || !own.list.contains(own.list.getRootNode().activeElement)) blocksFocus(own, chosen, false);
  own.list.style.paddingLeft = `${networkDrawLines(own.lines, side.reads, new Set(), new Set([chosen]))}px`;
  own.list.onkeydown = (event) => blocksKey(own, event);
  const row = side.rows[chosen];
  own.head.replaceChildren(`${row.name}: ${row.title}`, row.word ? why(row.word) : "");
  setText(own.range, `${row.shape}, values ${networkRange(side.minimum, side.maximum)}`);
  own.maps.replaceChildren(...side.maps.map((map) => blocksMap(map, row.name, message)));
}

// Which block of the system, where it has several.
function blocksChoice(state, own, side) {
  if (side.blocks.length < 2) {
    own.choice.replaceChildren(side.blocks[0]);
    return;
  }
  const select = make("select", { "aria-label": `Block of ${side.system}` },
    ...side.blocks.map((name, i) => make("option", { value: i, selected: i === side.block }, name)));
  select.onchange = () => sendEdit(state.component, { op: "block", side: own.side, value: Number(select.value) });
  own.choice.replaceChildren(select);
}

function blocksRow(state, own, row, i) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const name = i === 0 ? "Picture" : row.name;
  const element = make("div", { class: "row", role: "option", tabindex: "-1", "data-name": row.name, "aria-selected": "false",
    "aria-disabled": i === 0 ? "true" : false, "aria-label": `${name}: ${row.title}. ${row.spoken}`, title: `${name}: ${row.title}\n${row.spoken}` },
  canvas, make("span", { class: "words" }, make("span", {}, name), make("span", { class: "kind quiet number" }, `${row.title} · ${row.shape}`)));
  element.onclick = () => {
    blocksFocus(own, i, true);
    if (i > 0) sendEdit(state.component, { op: "node", side: own.side, value: row.name });
  };
  return { element, canvas };
}

function blocksFocus(own, i, focus) {
  own.focus = i;
  own.rows.forEach(({ element }, n) => { element.tabIndex = n === i ? 0 : -1; });
  if (focus) own.rows[i].element.focus();
}

function blocksKey(own, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const last = own.rows.length - 1;
  const moves = { ArrowUp: own.focus - 1, ArrowDown: own.focus + 1, Home: 0, End: last };
  if (event.key in moves) blocksFocus(own, Math.min(Math.max(moves[event.key], 0), last), true);
  else if (event.key === "Enter" || event.key === " ") own.rows[own.focus].element.click();
  else return;
  event.preventDefault();
}

function blocksMap({ channel, minimum, maximum, shape, codes, table }, name, message) {
  const range = networkRange(minimum, maximum);
  const canvas = make("canvas", { role: "img", "aria-label": `Map ${channel + 1} of ${name}: values ${range}` });
  paintCodes(canvas, message.codes(codes, shape[0] * shape[1]), shape[0], shape[1], table);
  return make("figure", {}, canvas, make("figcaption", { class: "number" }, `${channel + 1}: ${range}`));
}

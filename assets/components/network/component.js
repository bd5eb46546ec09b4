// The Network page's drawing: the layers as a graph, the maps of one of them, one map in full, and one number
// of it taken apart. What is drawn comes in parts of its own (see delivery); this component's own message says
// which parts belong together, where the page is, and what the server is working on.

const networkStates = new WeakMap();
const networkStyles = new CSSStyleSheet(); // filled with sheet.css at the end of the library's script

function network(component) {
  // The colours and the words come with the library's own message.
  if (component.data) withPicture("none", () => networkShow(component));
}

function networkShow(component) {
  const { parentElement, data } = component;
  deliveredTake(data);
  const { header } = delivered.parts.view;
  let state = networkStates.get(parentElement);
  if (!state) {
    state = networkBegin(parentElement.querySelector(".network"));
    networkStates.set(parentElement, state);
    delivered.then.add(() => networkDraw(state));
  }
  state.component = component;
  state.accent ??= accentOf(state);
  state.header = header;
  // What has been chosen since this message was made comes back with a later one.
  const begins = !state.place;
  answered(component, header.answered);
  if (begins || !hasUnsent(component)) networkAdopt(state, header.place, begins);
  networkDraw(state);
  networkWork(state);
  padNews(header.pad);
  // For the next time: the theme may change, and asking costs more than drawing.
  clearTimeout(state.asking);
  state.asking = setTimeout(() => { state.accent = accentOf(state); }, 500);
}

function networkBegin(root) {
  const state = { root, place: null, unfolded: new Set(), drawn: {}, header: null };
  const styled = root.getRootNode();
  styled.adoptedStyleSheets = [...styled.adoptedStyleSheets, viewStyles, networkStyles];
  networkAnswerBegin(state);
  networkGraphBegin(state);
  networkMapsBegin(state);
  networkOpenedBegin(state);
  root.querySelector(".cancel").onclick = () => sendEdit(state.component, { op: "cancel" });
  root.querySelector(".again").onclick = () => sendEdit(state.component, { op: "again" });
  return state;
}

// Takes over the server's place; what is folded is built anew only if that differs.
function networkAdopt(state, place, begins) {
  const before = state.place;
  state.place = { ...place };
  if (begins) state.graph.top = place.top;
  const folds = place.unfolded.join("|");
  if ([...state.unfolded].join("|") !== folds) {
    state.unfolded = new Set(place.unfolded);
    if (state.graph.header) networkGraphBuild(state);
  } else if (before?.node !== place.node) networkGraphMark(state);
}

// Look at something else: at once here, and then on the server.
function networkLook(state, at, gesture) {
  const { place } = state;
  if (at.node !== undefined && at.node !== place.node) Object.assign(place, { channel: -1, row: -1, column: -1, shown: 24 });
  Object.assign(place, at);
  if (at.node !== undefined) networkGraphMark(state);
  if (at.channel !== undefined) networkMapsMark(state);
  sendEdit(state.component, gesture ? { op: "look", at, gesture } : { op: "look", at });
}

const NETWORK_PARTS = {
  graph: networkGraphDraw,
  pass: networkPassDraw,
  maps: networkMapsDraw,
  map: networkOpenedDraw,
  cell: networkCellDraw,
  occlusion: networkOcclusionDraw,
};

// Draws every part that is new and has come.
function networkDraw(state) {
  const { header, root, drawn } = state;
  if (!header || !root.isConnected) return;
  let complete = true;
  for (const [name, draw] of Object.entries(NETWORK_PARTS)) {
    const digest = header[name];
    if (!digest || drawn[name] === digest) continue;
    const message = deliveredPart(name, digest);
    if (!message) {
      complete = false;
      continue;
    }
    drawn[name] = digest;
    draw(state, message);
    if (name === "graph") drawn.maps = drawn.map = drawn.cell = ""; // which name its layers
  }
  if (!complete) return;
  // While a large network computes, there is nothing to show yet but its layers.
  root.classList.toggle("no-pass", !header.pass);
  root.classList.toggle("no-maps", !header.maps);
  networkGraphMark(state);
  networkMapsMark(state);
  networkOpenedShow(state, Boolean(header.map));
  if (!header.cell) drawn.cell = "";
  networkCellMark(state);
  networkFieldDraw(state);
  networkOcclusionControls(state);
  if (!state.scrolled && state.graph.header) {
    state.scrolled = true;
    networkGraphScroll(state);
  }
  root.dataset.version = header.version;
}

// The bar of the work that goes on; every answer of the server asks for the next slice.
function networkWork(state) {
  const { header, root } = state;
  const bar = root.querySelector(".working");
  const { working, stopped } = header;
  bar.hidden = !working && !stopped;
  setText(root.querySelector(".sentence"), header.sentence);
  if (bar.hidden) return;
  setText(bar.querySelector(".what"), working ? working.title : "Stopped.");
  const progress = bar.querySelector("progress");
  progress.hidden = !working;
  progress.value = working?.done ?? 0;
  const left = typeof working?.left === "number" ? `, about ${Math.ceil(working.left)} s left` : "";
  setText(bar.querySelector(".share"), working ? `${Math.round(100 * working.done)} %${left}` : "");
  bar.querySelector(".cancel").hidden = !working;
  bar.querySelector(".again").hidden = Boolean(working);
  if (working && !hasUnsent(state.component)) sendEdit(state.component, { op: "go" });
}

function networkSay({ root }, text) {
  setText(root.querySelector(".spoken"), text);
}

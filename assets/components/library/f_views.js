// What all views of the page share: reading the page's message, telling the kernel editor what is new,
// keeping the DOM and the state that a view made before, and handing out files.

const views = new WeakMap();
const handedOut = new Set();
const viewStyles = new CSSStyleSheet(); // filled with views.css at the end of this script

// name is the class of the view's root element. begin(state) runs once for a new root; draw(state) on
// every message, with state.header, state.message and state.picture; state.resized, if the view sets
// it, when the width has changed.
function openView(component, name, begin, draw) {
  const { parentElement, data } = component;
  if (!data) return;
  let state = views.get(parentElement);
  if (!state) {
    const root = parentElement.querySelector(`.${name}`);
    state = { root, component, width: root.clientWidth };
    views.set(parentElement, state);
    const styled = root.getRootNode();
    styled.adoptedStyleSheets = [...styled.adoptedStyleSheets, viewStyles];
    begin(state);
    new ResizeObserver(() => {
      if (state.width === root.clientWidth) return; // the height changes with every text
      state.width = root.clientWidth;
      if (state.header && state.picture) state.resized?.();
    }).observe(root);
  }
  const message = unpack(data);
  const { header } = message;
  kernelNews(component, header.editor);
  withPicture(header.picture, (picture) => {
    state.accent ??= accentOf(state);
    picture.range ??= rangeOf(picture.pixels);
    Object.assign(state, { component, message, header, picture });
    draw(state);
    if (header.file) handOut(header.file, message);
    state.root.dataset.version = header.version;
    answered(component, header.answered);
    // For the next time: the theme may change, and asking costs more than drawing.
    clearTimeout(state.asking);
    state.asking = setTimeout(() => { state.accent = accentOf(state); }, 500);
  });
}

function accentOf(state) {
  return getComputedStyle(state.root).getPropertyValue("--accent").trim() || "#e0562b";
}

function rangeOf(pixels) {
  let low = 255, high = 0;
  for (const code of pixels) {
    if (code < low) low = code;
    if (code > high) high = code;
  }
  return [low / 255, high / 255];
}

// A file that the server made on request: saved once, however often its message is drawn.
function handOut({ id, name, type, codes, size }, message) {
  if (handedOut.has(id)) return;
  handedOut.add(id);
  const url = URL.createObjectURL(new Blob([message.codes(codes, size)], { type }));
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

// The place that a shared link leads to comes with it, and is kept as if it had been left here. The views
// that use it check it as strictly as what a tab keeps.
const SHARED_PLACES = { watch: "player", maps: "pipeline" };

function placeOfLink() {
  const query = new URLSearchParams(location.search);
  const place = query.get("at");
  if (place === null || place.length > 500) return;
  try {
    const kept = JSON.parse(place);
    if (kept && typeof kept === "object") remember(SHARED_PLACES[query.get("view") ?? "maps"] ?? "nowhere", kept);
  } catch { /* A link with a broken place leads to the page all the same. */ }
}

function linkWithPlace() {
  const link = new URL(location.href);
  const key = SHARED_PLACES[link.searchParams.get("view") ?? "maps"];
  const kept = key && link.pathname === "/" ? recall(key) : null;
  if (kept) link.searchParams.set("at", JSON.stringify(kept));
  return link.href;
}

// Something for the length of this visit that a reload brings back, such as the place of a player.
function remember(key, value) {
  try {
    sessionStorage.setItem(`cnn-playground/${key}`, JSON.stringify(value));
  } catch { /* A browser that keeps nothing loses only this. */ }
}

function recall(key) {
  try {
    return JSON.parse(sessionStorage.getItem(`cnn-playground/${key}`));
  } catch {
    return null;
  }
}

// The channels that one sum runs over: all of them, or, channel by channel, the one that is looked at.
function summedChannels(state) {
  const { channels } = state.picture;
  if (channels === 1) return [0];
  return state.header.settings.colour === "each" ? [state.part ?? 0] : [0, 1, 2];
}

// The value of a cell of a stage of the filter that is shown large.
function stageValue(state, name, row, column) {
  const { settings } = state.header;
  const channels = summedChannels(state);
  const before = (r, c) => convolutionWindow(settings, state.picture, settings.active, r, c, channels).value;
  if (name === "convolution") return before(row, column);
  if (name === "activation") return activate(settings, before(row, column));
  return pooled(settings, poolCells(settings, row, column).map(([r, c]) => activate(settings, before(r, c))));
}

placeOfLink();

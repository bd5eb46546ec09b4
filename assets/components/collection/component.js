// The user's own pictures, a card a class: its name, its pictures, which of them to remove, and which
// class new pictures go to. Pixels come once; later messages only name the pictures by their keys.

const collectionStates = new WeakMap();

function collection(component) {
  const { parentElement, data } = component;
  if (!data) return;
  const { header, codes } = unpack(data);
  let state = collectionStates.get(parentElement);
  if (!state) {
    state = collectionBuild(parentElement.querySelector(".collection"));
    collectionStates.set(parentElement, state);
  }
  state.component = component;
  const size = header.side * header.side * 3;
  header.fresh.forEach((key, i) => state.pixels.set(key, codes(0, size * header.fresh.length).slice(i * size, (i + 1) * size)));
  const keys = new Set(header.classes.flatMap((each) => each.keys));
  for (const key of state.pixels.keys()) if (!keys.has(key)) state.pixels.delete(key);
  state.side = header.side;
  while (state.cards.length > header.classes.length) state.cards.pop().root.remove();
  while (state.cards.length < header.classes.length) {
    const card = collectionCard(state, state.cards.length);
    state.cards.push(card);
    state.place.append(card.root);
  }
  header.classes.forEach((each, i) => collectionFill(state, state.cards[i], each, each.name === header.target));
  state.add.disabled = header.classes.length >= header.most;
  setText(state.said, header.said);
  state.undo.hidden = !header.said;
  state.root.dataset.version = header.version;
  answered(component, header.answered);
  collectionFocus(state);
  if ([...keys].some((key) => !state.pixels.has(key))) sendEdit(component, { op: "missing" });
}

function collectionBuild(root) {
  const place = make("div", { class: "cards" });
  const add = make("button", { type: "button" }, "Add a class");
  const said = make("p", { class: "quiet", role: "status" });
  const undo = make("button", { type: "button" }, "Undo");
  root.replaceChildren(place, make("div", { class: "end" }, add, said, undo));
  const state = { root, place, add, said, undo, cards: [], pixels: new Map(), wanted: null };
  add.onclick = () => {
    state.wanted = { card: state.cards.length, name: true };
    sendEdit(state.component, { op: "add" });
  };
  undo.onclick = () => sendEdit(state.component, { op: "undo" });
  return state;
}

function collectionCard(state, number) {
  const name = make("input", { class: "name", type: "text", maxlength: "40", spellcheck: "false", "aria-label": `Name of class ${number + 1}` });
  const drop = make("button", { type: "button", title: "Remove the class and its pictures" }, "✕");
  const thumbs = make("div", { class: "thumbs", role: "group" });
  const count = make("span", { class: "quiet number" });
  const here = make("button", { type: "button" });
  const root = make("section", { class: "card" }, make("div", { class: "head" }, name, drop), thumbs, make("div", { class: "foot" }, count, here));
  const card = { root, name, drop, thumbs, count, here, number, label: "", tiles: new Map() };
  const rename = () => {
    if (name.value.trim() && name.value !== card.label) sendEdit(state.component, { op: "rename", name: card.label, to: name.value });
    else name.value = card.label;
  };
  name.onchange = rename;
  name.onkeydown = (event) => {
    if (event.key === "Escape") name.value = card.label;
    if (event.key === "Enter" || event.key === "Escape") name.blur();
    // The field's own undo; the page's would take back the change before it.
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") event.stopPropagation();
  };
  drop.onclick = () => {
    state.wanted = { card: Math.max(0, number - 1), name: true };
    sendEdit(state.component, { op: "drop", name: card.label });
  };
  here.onclick = () => sendEdit(state.component, { op: "fill", name: card.label });
  thumbs.onkeydown = (event) => collectionKey(state, card, event);
  return card;
}

function collectionFill(state, card, { name, keys, count }, chosen) {
  if (card.label !== name || state.root.getRootNode().activeElement !== card.name) card.name.value = name;
  card.label = name;
  card.root.setAttribute("aria-label", `Class ${name}`);
  card.root.classList.toggle("here", chosen);
  card.drop.setAttribute("aria-label", `Remove the class ${name}`);
  card.thumbs.setAttribute("aria-label", `Pictures of ${name}`);
  setText(card.count, count);
  setText(card.here, chosen ? "New pictures go here" : "Put new pictures here");
  card.here.setAttribute("aria-pressed", String(chosen));
  const tiles = keys.map((key, i) => {
    let tile = card.tiles.get(key);
    if (!tile) card.tiles.set(key, tile = collectionTile(state, card, key));
    tile.button.setAttribute("aria-label", `Remove picture ${i + 1} of ${name}`);
    if (!tile.drawn && state.pixels.has(key)) {
      paintCodes(tile.canvas, state.pixels.get(key), state.side, state.side, "rgb");
      tile.drawn = true;
    }
    return tile;
  });
  const kept = new Set(keys);
  for (const key of card.tiles.keys()) if (!kept.has(key)) card.tiles.delete(key);
  const wanted = tiles.length ? tiles.map((tile) => tile.root) : [card.none ??= make("p", { class: "empty" }, "No pictures yet.")];
  if (wanted.length !== card.thumbs.children.length || wanted.some((root, i) => card.thumbs.children[i] !== root)) {
    card.thumbs.replaceChildren(...wanted);
  }
  card.buttons = tiles.map((tile) => tile.button);
  if (!card.buttons.some((button) => button.tabIndex === 0) && card.buttons.length) card.buttons[0].tabIndex = 0;
}

function collectionTile(state, card, key) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const button = make("button", { type: "button", tabindex: "-1", title: "Remove this picture" }, "×");
  button.onfocus = () => card.buttons.forEach((each) => { each.tabIndex = each === button ? 0 : -1; });
  button.onclick = () => {
    state.wanted = { card: card.number, place: card.buttons.indexOf(button) };
    sendEdit(state.component, { op: "remove", name: card.label, key });
  };
  return { root: make("div", { class: "thumb" }, canvas, button), canvas, button, drawn: false };
}

function collectionKey(state, card, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = card.buttons.indexOf(event.target);
  if (at < 0) return;
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    card.buttons[at].click();
    return;
  }
  const across = Math.max(1, getComputedStyle(card.thumbs).gridTemplateColumns.split(" ").length);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across, Home: -at, End: card.buttons.length - 1 - at }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  card.buttons[at + step]?.focus();
}

// After something was removed or added, the keyboard goes on beside it.
function collectionFocus(state) {
  if (!state.wanted || hasUnsent(state.component)) return;
  const { card: number, place, name } = state.wanted;
  state.wanted = null;
  const card = state.cards[Math.min(number, state.cards.length - 1)];
  if (!card) return state.add.focus();
  if (name) {
    card.name.focus();
    card.name.select();
  } else {
    (card.buttons[Math.min(place, card.buttons.length - 1)] ?? card.here).focus();
  }
}

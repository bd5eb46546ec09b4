// A pad to draw on with mouse, finger, pen or keys. Every change sends the whole drawing, at most ten
// times a second and never without the last; the browser keeps it, so that a reload finds it again.

const PAD_EVERY = 100; // milliseconds
const padStates = new WeakMap();
let padShown = null; // the pad that was drawn last

function pad(component) {
  const { parentElement, data } = component;
  if (!data) return;
  const { header } = unpack(data);
  let state = padStates.get(parentElement);
  const begins = !state;
  if (begins) {
    state = padBegin(parentElement.querySelector(".pad"));
    padStates.set(parentElement, state);
  }
  state.component = component;
  padShown = state;
  setText(state.root.querySelector(".invitation"), header.invitation);
  state.accent = accentOf(state);
  padPaint(state);
  answered(component, header.answered);
  state.root.dataset.version = header.version;
  // What the server has is from before a reload, or nothing.
  if (begins && padPoints(state.strokes) !== header.points) padSend(state);
}

// A page whose own message says that it has taken in a stroke need not send the pad anew.
function padNews(seq) {
  if (padShown) answered(padShown.component, seq);
}

function padBegin(root) {
  const kept = recall("pad");
  const canvas = root.querySelector("canvas");
  const state = { root, canvas, strokes: padIsDrawing(kept) ? kept : [], cell: [13, 13], keyboard: false, down: false,
    pointer: null, timer: 0, sentAt: -Infinity, frame: 0 };
  canvas.setAttribute("aria-label", `Drawing pad of ${PAD_CELLS} by ${PAD_CELLS} cells. The arrow keys move the pen, space `
    + "puts it down and lifts it, Backspace takes the last stroke away, Delete clears the pad.");
  canvas.onpointerdown = (event) => padDown(state, event);
  canvas.onpointermove = (event) => padMove(state, event);
  canvas.onpointerup = canvas.onpointercancel = canvas.onlostpointercapture = (event) => {
    if (event.pointerId === state.pointer) state.pointer = null;
  };
  canvas.oncontextmenu = (event) => event.preventDefault();
  canvas.onkeydown = (event) => padKey(state, event);
  canvas.onfocus = () => padCursor(state, canvas.matches(":focus-visible"));
  canvas.onblur = () => padCursor(state, false);
  root.querySelector(".undo").onclick = () => padUndo(state);
  root.querySelector(".clear").onclick = () => padClear(state);
  new ResizeObserver(() => padPaint(state)).observe(canvas);
  padButtons(state);
  return state;
}

// The drawing has changed: it is painted, kept and sent.
function padChanged(state) {
  state.frame ||= requestAnimationFrame(() => {
    state.frame = 0;
    padPaint(state);
  });
  padButtons(state);
  padSend(state);
}

function padButtons({ root, strokes }) {
  const empty = !strokes.length;
  root.querySelector(".paper").dataset.empty = String(empty);
  root.dataset.strokes = strokes.length;
  for (const name of ["undo", "clear"]) root.querySelector(`.${name}`).disabled = empty;
}

function padSend(state) {
  clearTimeout(state.timer);
  state.timer = setTimeout(() => {
    state.sentAt = performance.now();
    remember("pad", state.strokes);
    sendEdit(state.component, { op: "strokes", strokes: state.strokes.map((stroke) => [...stroke]), gesture: "draw" });
  }, Math.max(0, state.sentAt + PAD_EVERY - performance.now()));
}

function padSay({ root }, text) {
  setText(root.querySelector(".spoken"), text);
}

function padPut(state, x, y, begins) {
  if (padAdd(state.strokes, x, y, begins)) return padChanged(state);
  state.pointer = null;
  state.down = false;
  padSay(state, "The pad is full: undo or clear.");
}

function padDown(state, event) {
  if (event.button !== 0 || state.pointer !== null) return;
  padCursor(state, false);
  state.pointer = event.pointerId;
  state.canvas.setPointerCapture(event.pointerId);
  padPut(state, ...padPlace(state, event), true);
}

function padMove(state, event) {
  if (event.pointerId !== state.pointer) return;
  const between = event.getCoalescedEvents?.() ?? [];
  for (const each of between.length ? between : [event]) {
    if (state.pointer !== null) padPut(state, ...padPlace(state, each), false);
  }
}

function padPlace({ canvas }, event) {
  const place = canvas.getBoundingClientRect();
  return [(event.clientX - place.left) / place.width, (event.clientY - place.top) / place.height];
}

function padCursor(state, keyboard) {
  state.keyboard = keyboard;
  if (!keyboard) state.down = false;
  padPaint(state);
}

function padKey(state, event) {
  if (event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    return padUndo(state);
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Delete") return padClear(state);
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (!step && event.key !== " ") return;
  event.preventDefault();
  state.keyboard = true;
  if (step) state.cell = state.cell.map((place, axis) => Math.min(Math.max(place + step[axis], 0), PAD_CELLS - 1));
  else state.down = !state.down;
  if (state.down) padPut(state, (state.cell[1] + 0.5) / PAD_CELLS, (state.cell[0] + 0.5) / PAD_CELLS, !step);
  else padPaint(state);
  if (state.down || padPoints(state.strokes) < PAD_POINTS) {
    padSay(state, `Row ${state.cell[0] + 1}, column ${state.cell[1] + 1}, pen ${state.down ? "down" : "up"}`);
  }
}

function padUndo(state) {
  if (!state.strokes.length) return;
  state.down = false;
  state.pointer = null;
  state.strokes.pop();
  padSay(state, state.strokes.length ? `${state.strokes.length} strokes left` : "The pad is empty");
  padChanged(state);
}

function padClear(state) {
  if (!state.strokes.length) return;
  state.down = false;
  state.pointer = null;
  state.strokes = [];
  padSay(state, "The pad is empty");
  padChanged(state);
}

// One number that is typed, nudged and dragged: every cell of the grid, and the bias.
//
// A field is {input, get, set, room, move}: `set(value, gesture)` sends the value, `move(rows,
// columns)` goes to a neighbour, or is missing. While it has the focus, state.typing says whether
// the person has begun to type in it; until then it behaves as a cell of a spreadsheet that is
// selected as a whole.

let kernelGestures = 0;

function kernelGesture() {
  return `kernel-${++kernelGestures}`;
}

function kernelField(state, field) {
  const { input } = field;
  input.onfocus = () => {
    Object.assign(state, { field, before: field.get(), gesture: kernelGesture() });
    kernelSelect(state, field);
  };
  input.onblur = () => {
    kernelRefuse(state, field);
    if (state.field === field) state.field = null;
    kernelProblem(state, field, "");
    kernelShowField(state, field);
  };
  input.oninput = () => {
    state.typing = true;
    kernelForgive(state);
    const { value, problem } = kernelParse(input.value, state.model.limits.weight);
    kernelProblem(state, field, problem ?? "");
    if (problem === undefined && value !== field.get()) field.set(value, state.gesture);
  };
  input.onkeydown = (event) => kernelKey(state, field, event);
  input.onwheel = (event) => kernelWheel(state, field, event);
  input.ondblclick = () => kernelType(state, field);
  input.onmousedown = (event) => {
    if (event.button === 0 && !(state.field === field && state.typing)) event.preventDefault();
  };
  // A tap: with mousedown's own effects prevented above, the focus is ours to give.
  input.onclick = () => { if (state.field !== field) input.focus(); };
  input.onpointerdown = (event) => kernelDragStart(state, field, event);
  input.onpointermove = (event) => kernelDrag(state, field, event);
  input.onpointerup = input.onpointercancel = () => kernelDragEnd(state, field);
}

function kernelShowField(state, field) {
  const { input } = field;
  const value = field.get();
  const exact = kernelExact(value);
  input.title = exact.includes("/") ? `${exact} = ${value}` : exact;
  if (state.field !== field) {
    const text = kernelShort(value, field.room());
    if (input.value !== text) input.value = text;
    input.classList.toggle("kernel-tight", text.length > field.room());
    input.classList.remove("kernel-wide");
  } else if (!state.typing) {
    kernelSelect(state, field);
  } else {
    // What is being typed stays as it is typed, unless it no longer says what the value is.
    const typed = kernelParse(input.value, state.model.limits.weight).value;
    if (typed !== undefined && typed !== value) kernelSelect(state, field);
    input.classList.toggle("kernel-wide", input.value.length > field.room());
  }
}

// The whole number is selected, so that typing replaces it.
function kernelSelect(state, field) {
  state.typing = false;
  kernelProblem(state, field, "");
  const text = kernelExact(field.get());
  if (field.input.value !== text) field.input.value = text;
  field.input.classList.remove("kernel-tight");
  field.input.classList.toggle("kernel-wide", text.length > field.room());
  field.input.select();
}

function kernelType(state, field) {
  state.typing = true;
  field.input.setSelectionRange(field.input.value.length, field.input.value.length);
}

function kernelProblem(state, field, sentence) {
  if (sentence) field.input.setAttribute("aria-invalid", "true");
  else field.input.removeAttribute("aria-invalid");
  state.problem = sentence;
  kernelShowLine(state);
}

// What was left in a field and is no number gives way to the value, which is said until the next edit.
function kernelRefuse(state, field) {
  const text = field.input.value.trim();
  const { problem } = kernelParse(text, state.model.limits.weight);
  if (!state.typing || state.field !== field || !problem) return;
  const what = text ? `“${text.length > 12 ? `${text.slice(0, 12)}…` : text}” cannot be taken` : "Nothing was typed";
  state.refused = { field, sentence: `${what}, so the value is ${kernelExact(field.get())} as before. ${problem}` };
  field.input.classList.add("kernel-refused");
}

function kernelForgive(state) {
  state.refused?.field.input.classList.remove("kernel-refused");
  state.refused = null;
}

function kernelNudge(state, field, change) {
  const value = kernelStepped(field.get(), change, state.model.limits.weight);
  state.typing = false;
  if (value !== field.get()) field.set(value, state.gesture);
  kernelSelect(state, field);
}

const KERNEL_ARROWS = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
};
const KERNEL_STEPS = { PageUp: 0.1, PageDown: -0.1, ArrowUp: 0.1, ArrowDown: -0.1 };

function kernelKey(state, field, event) {
  const { key } = event;
  const strength = event.shiftKey ? 10 : 1;
  const held = event.ctrlKey || event.metaKey || event.altKey;
  const done = () => { event.preventDefault(); event.stopPropagation(); };
  const nudges = key.startsWith("Page") ? !held : held || !field.move;
  if (key in KERNEL_STEPS && nudges) {
    done();
    kernelNudge(state, field, KERNEL_STEPS[key] * strength);
  } else if (held) {
    return;
  } else if (key in KERNEL_ARROWS && field.move) {
    const sideways = KERNEL_ARROWS[key][1] !== 0;
    if (sideways && state.typing) return;
    done();
    field.move(...KERNEL_ARROWS[key]);
  } else if (key === "Enter") {
    done();
    if (field.next) field.next(event.shiftKey ? -1 : 1);
    else {
      kernelRefuse(state, field);
      kernelSelect(state, field);
    }
  } else if (key === "F2") {
    done();
    kernelType(state, field);
  } else if (key === "Escape") {
    if (!state.typing && field.get() === state.before) return;
    done();
    if (field.get() !== state.before) field.set(state.before, state.gesture);
    kernelSelect(state, field);
  } else if ((key === "Delete" || key === "Backspace") && !state.typing) {
    done();
    if (field.get() !== 0) field.set(0, state.gesture);
    kernelSelect(state, field);
  }
}

function kernelWheel(state, field, event) {
  // Only the field that was chosen takes the wheel; over any other the page scrolls.
  if (state.field !== field || event.ctrlKey) return;
  event.preventDefault();
  const distance = event.deltaY || event.deltaX;  // with Shift, browsers turn the wheel sideways
  const coarse = event.deltaMode !== 0 || Math.abs(distance) >= 50;
  state.wheel = coarse ? 0 : (state.wheel ?? 0) + distance;
  if (!coarse && Math.abs(state.wheel) < 25) return;
  state.wheel = 0;
  kernelNudge(state, field, (distance < 0 ? 0.1 : -0.1) * (event.shiftKey ? 10 : 1));
}

const KERNEL_DRAG_START = 4;
const KERNEL_DRAG_STEP = 5;

function kernelDragStart(state, field, event) {
  const { input } = field;
  const focused = state.field === field;
  // A finger scrolls the page; only a field that was tapped before is dragged (see touch-action).
  if (event.button !== 0 || (focused && state.typing)) return;
  if (event.pointerType === "touch" && !focused) return;
  if (!focused) input.focus({ preventScroll: true });
  else kernelSelect(state, field);
  state.drag = { y: event.clientY, from: field.get(), moved: false };
  input.setPointerCapture(event.pointerId);
}

function kernelDrag(state, field, event) {
  const { drag } = state;
  if (!drag || state.field !== field) return;
  const up = drag.y - event.clientY;
  if (!drag.moved && Math.abs(up) < KERNEL_DRAG_START) return;
  if (!drag.moved) state.gesture = kernelGesture();
  drag.moved = true;
  const change = Math.trunc(up / KERNEL_DRAG_STEP) * (event.shiftKey ? 1 : 0.1);
  kernelNudge(state, field, drag.from - field.get() + change);
}

function kernelDragEnd(state, field) {
  if (state.drag?.moved) state.gesture = kernelGesture();
  state.drag = null;
  if (state.field === field && !state.typing) field.input.select();
}

// What every component shares: sending edits so that none is lost, small DOM helpers, help texts.

// Edits are sent one at a time, each with a number, and the next one waits for the page's answer to
// it. A newer value of the same gesture (a drag, a held key) replaces one that still waits, so a
// slow server gets fewer edits, never wrong ones. One without an answer is sent again, since it may
// have gone with a connection that broke; the server takes an edit in once.
const EDIT_AGAIN = 3000; // milliseconds without an answer
const EDIT_TRIES = 8;
const outboxes = new WeakMap();
let editsMade = 0; // by all components: one that is built anew must not use a number twice

function outbox({ parentElement }) {
  if (!outboxes.has(parentElement)) {
    outboxes.set(parentElement, { waiting: [], flying: null, timer: 0, tries: 0, rest: 0,
      gesture: false, last: undefined, sender: null, carrier: null });
  }
  return outboxes.get(parentElement);
}

// From now on the edits of `component` go out one after the other with those of `carrier`, and on
// its way: the server draws anew what sent an edit, so the best sender is what the edit changes.
function sendWith(component, carrier) {
  const box = outbox(component);
  box.carrier = carrier;
  outboxes.set(carrier.parentElement, box);
}

// `opens`: the page writes its address at the first edit of a gesture, so that one edit alone leaves
// nothing to be done when it has come to rest.
function sendEdit(component, edit, opens = false) {
  const box = outbox(component);
  const last = box.waiting.at(-1);
  const replaces = last && edit.gesture !== undefined && last.gesture === edit.gesture
    && last.op === edit.op && last.filter === edit.filter;
  if (replaces) box.waiting.pop();
  box.waiting.push(edit);
  if (edit.gesture !== undefined && (!opens || edit.gesture === box.last)) box.gesture = true;
  box.last = edit.gesture;
  box.sender = component;
  flush(box);
}

function flush(box) {
  if (box.flying !== null || !box.waiting.length) return;
  box.flying = { ...box.waiting.shift(), seq: `${PAGE_ID}.${++editsMade}` };
  box.tries = 0;
  dispatch(box);
}

function dispatch(box) {
  const { flying, sender, carrier } = box;
  const carried = flying.op !== "rest" && carrier?.parentElement.isConnected;
  (carried ? carrier : sender).setTriggerValue("edit", flying);
  box.tries += 1;
  // Should it never be answered, later edits must still get through.
  box.timer = setTimeout(box.tries < EDIT_TRIES ? dispatch : settle, EDIT_AGAIN, box);
}

function settle(box) {
  clearTimeout(box.timer);
  box.flying = null;
  // A gesture that has come to rest is told, so that the page's address is written once, not at
  // every step of a drag.
  clearTimeout(box.rest);
  if (box.gesture && !box.waiting.length) {
    box.rest = setTimeout(() => {
      box.gesture = false;
      box.waiting.push({ op: "rest" });
      flush(box);
    }, 600);
  }
  flush(box);
}

// To be called with the number of the last edit that the server has taken in.
function answered(component, seq) {
  const box = outbox(component);
  if (box.sender?.parentElement === component.parentElement) box.sender = component;
  if (box.flying !== null && seq === box.flying.seq) settle(box);
}

function hasUnsent(component) {
  const box = outbox(component);
  return box.flying !== null || box.waiting.length > 0;
}

const PAGE_ID = Math.random().toString(36).slice(2, 10);

// Elements are made from text, never from HTML, so that a name stays a name.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element[name] = value;
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

// A picture of lines, as for a button, drawn on 20 by 20.
function lineIcon(path) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("viewBox", "0 0 20 20");
  picture.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  picture.append(line);
  return picture;
}

// The sign between terms and their total as they are shown: rounded terms may not add up exactly.
function equals(terms, total, digits = 2) {
  const units = (value) => Math.round(Number(value.toFixed(digits)) * 10 ** digits);
  return terms.reduce((a, b) => a + units(b), 0) === units(total) ? "=" : "≈";
}

function show(value, digits = 2) {
  if (!Number.isFinite(value)) return String(value);
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

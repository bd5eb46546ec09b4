// What there is to see of a training run: its curves, the filters over time, or the confusion
// matrix with the pictures behind it. Each kind of message has a drawing of its own, which keeps its
// elements as long as the messages stay of its kind and form.

const trainingStates = new WeakMap();
const trainingKinds = { curves: trainingCurves, film: trainingFilm, mistakes: trainingMistakes };

function training(component) {
  const { parentElement, data } = component;
  if (!data) return;
  const message = unpack(data);
  const { header } = message;
  header.tables.forEach(([name, codes]) => { store.tables[name] ??= packColours(message.codes(codes, 768).slice()); });
  Object.assign(words, header.words);
  let state = trainingStates.get(parentElement);
  if (!state) {
    state = { root: parentElement.querySelector(".training"), kind: "", form: "" };
    trainingStates.set(parentElement, state);
    new ResizeObserver(() => state.resized?.()).observe(state.root);
  }
  if (state.kind !== header.kind) Object.assign(state, { kind: header.kind, form: "", resized: null });
  state.component = component;
  state.message = message;
  trainingKinds[header.kind](state, message);
  state.root.dataset.version = header.version;
  if (header.answered !== undefined) answered(component, header.answered);
}

function trainingPercent(share, digits = 1) {
  return share === null ? "–" : `${(100 * share).toFixed(digits)} %`;
}

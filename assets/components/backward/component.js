// One backward pass of a tiny network, taken apart. The server has the weights and computes every
// number; here they are laid out, and what was chosen is sent back.

const backwardStates = new WeakMap();

function backward(component) {
  const { parentElement, data } = component;
  if (!data) return;
  const message = unpack(data);
  const { header } = message;
  Object.assign(words, header.words);
  for (const [name, place] of Object.entries(header.tables)) store.tables[name] ??= packColours(message.codes(place, 768).slice());
  let state = backwardStates.get(parentElement);
  if (!state) {
    state = { root: parentElement.querySelector(".backward") };
    backwardStates.set(parentElement, state);
    backwardBegin(state, header);
  }
  const before = state.header;
  Object.assign(state, { component, message, header, accent: accentOf(state) });
  answered(component, header.answered);
  if (!state.asked) {
    state.asked = true;
    const kept = recall("backward");
    if (header.fresh && kept) backwardSend(state, "restore", kept);
  }
  if (!header.fresh) remember("backward", header.kept);
  backwardDraw(state);
  if (before) backwardSay(state, before);
}

function backwardBegin(state, header) {
  const { root } = state;
  const styled = root.getRootNode();
  styled.adoptedStyleSheets = [...styled.adoptedStyleSheets, viewStyles];
  const find = (name) => root.querySelector(name);
  const option = (value, text) => make("option", { value }, text);
  const fill = (name, options, read) => {
    const select = find(name);
    select.append(...options.map(([value, text]) => option(value, text)));
    select.onchange = () => backwardSend(state, name.slice(1), read(select.value));
  };
  fill(".picture", Object.entries(header.pictures), String);
  fill(".target", header.classes.map((name, i) => [i, name]), Number);
  fill(".rate", header.rates.map((rate) => [rate, rate]), Number);
  for (const [name, term] of [[".rate", "learning_rate"], [".seed", "seed"]]) find(name).after(why(term));
  find(".one").onclick = () => backwardSend(state, "step", 1);
  find(".ten").onclick = () => backwardSend(state, "step", 10);
  for (const op of ["back", "reset", "seed"]) find(`.${op}`).onclick = () => backwardSend(state, op);
  state.cards = backwardCards.map((makeCard) => makeCard(state));
  find(".cards").append(...state.cards.map(({ element }) => element));
  new ResizeObserver(() => {
    if (state.header && root.clientWidth !== state.width) backwardDraw(state);
  }).observe(root);
}

function backwardSend(state, op, value) {
  sendEdit(state.component, { op, value });
}

// What is chosen, or will be as soon as the server has answered: keys can be faster than it.
function backwardChosen(state) {
  if (!hasUnsent(state.component)) state.choosing = null;
  return state.choosing ?? state.header.pick;
}

// Puts other numbers into the pick from a place on; with a map, that one's kernel is chosen too.
function backwardPick(state, from, numbers, map) {
  const pick = [...backwardChosen(state)];
  numbers.forEach((number, i) => { pick[from + i] = number; });
  if (map !== undefined) pick[1] = map;
  sendEdit(state.component, { op: "pick", value: pick, gesture: "pick" });
  state.choosing = pick;
}

function backwardDraw(state) {
  const { root, header } = state;
  const { lesson, step, most, errors } = header;
  state.width = root.clientWidth;
  if (!state.width) return;
  const find = (name) => root.querySelector(name);
  for (const name of ["picture", "target", "rate"]) find(`.${name}`).value = lesson[name];
  for (const name of [".one", ".ten"]) find(name).disabled = step >= most;
  for (const name of [".back", ".reset"]) find(name).disabled = step === 0;
  setText(find(".where"), step === 0 ? `Untrained: random weights (seed ${lesson.seed}). Error ${backwardText(errors[0])}`
    : `After ${step} ${step === 1 ? "step" : "steps"}: error ${backwardText(errors[step])}, before ${backwardText(errors[step - 1])}`);
  for (const { element, draw } of state.cards) {
    const style = getComputedStyle(element);
    state.inner = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const beside = state.inner >= 780; // there is room for the maps beside the sentences
    element.classList.toggle("beside", beside);
    state.maps = beside ? state.inner - 440 : state.inner;
    draw(header);
  }
  Object.assign(root.dataset, { version: header.version, step, pick: header.pick.join() });
}

// What has changed, for those who listen.
function backwardSay(state, before) {
  const { header, root } = state;
  const { pick, weight, dense, classes, error, lesson } = header;
  const spoken = root.querySelector(".spoken");
  const right = classes[lesson.target];
  if (header.step !== before.step || header.error.total !== before.error.total) {
    setText(spoken, `${root.querySelector(".where").textContent}. Output for ${right}: ${backwardText(error.outputs[lesson.target])}.`);
  } else if (pick.slice(4).join() !== before.pick.slice(4).join()) {
    setText(spoken, `Weight in ${backwardPlace(pick[4], pick[5])} of kernel ${pick[1] + 1}: gradient ${backwardText(weight.gradient)}.`);
  } else if (pick.join() !== before.pick.join()) {
    setText(spoken, `${classes[pick[0]]}, ${backwardPlace(pick[2], pick[3])} of map ${pick[1] + 1}: gradient of the weight ${backwardText(dense.gradient)}.`);
  }
}

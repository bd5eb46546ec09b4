// The view "numbers": a map is a matrix of values. Called on every new message, with the DOM that it
// made before.

function numbers(component) {
  openView(component, "numbers", numbersBegin, numbersDraw);
}

function numbersBegin(state) {
  const { root } = state;
  Object.assign(state, numbersRecall(), { panels: new Map(), matrices: [], together: null, choices: {} });
  for (const name of ["body", "size-line", "range-line", "place-line", "cell-line", "spoken", "said"]) {
    state[name] = root.querySelector(`.${name}`);
  }
  root.querySelector(".whole").prepend(numbersOverview(state));
  numbersControls(state);
  state.resized = () => {
    if (state.width !== state.drawnWidth) numbersAll(state);
  };
}

function numbersDraw(state) {
  if (state.fresh) numbersStart(state);
  numbersAll(state);
}

// The first region of a visit: where the pixels differ most, so that their numbers do.
function numbersStart(state) {
  const { picture: { rows, columns, pixels }, size } = state;
  let most = -1;
  for (let top = 0; top <= Math.max(0, rows - size); top += size) {
    for (let left = 0; left <= Math.max(0, columns - size); left += size) {
      let count = 0, sum = 0, squares = 0;
      for (let r = top; r < Math.min(top + size, rows); r++) {
        for (let c = left; c < Math.min(left + size, columns); c++) {
          const code = pixels[r * columns + c];
          count += 1;
          sum += code;
          squares += code * code;
        }
      }
      const variance = squares / count - (sum / count) ** 2;
      if (variance > most) [most, state.top, state.left] = [variance, top, left];
    }
  }
  Object.assign(state, { fresh: false, row: state.top, column: state.left });
}

// Everything, after a message, a setting or a new width.
function numbersAll(state) {
  if (!state.width) return;
  state.drawnWidth = state.width;
  const maps = numbersMaps(state);
  state.now = maps.find((each) => each.name === state.map) ?? maps.at(-1);
  state.map = state.now.name;
  const count = state.now.parts.length > 1 ? state.now.parts.length + 1 : 1;
  const ways = new Map(NUMBERS_SIZES.map((size) => [size, numbersArrange(state, count, size)]));
  state.fitting = NUMBERS_SIZES.findLast((size) => size <= state.size && ways.get(size).fits) ?? NUMBERS_SIZES[0];
  state.way = ways.get(state.fitting);
  numbersSettle(state);
  numbersShowControls(state, maps, ways);
  numbersPanels(state);
  state.root.classList.toggle("beside", state.way.beside);
  state.root.style.setProperty("--aside", `${state.way.aside}px`);
  state.body.style.setProperty("--columns", state.way.across);
  numbersPaintOverview(state, state.way.aside);
  numbersRegion(state);
}

// The region, after it was moved.
function numbersRegion(state) {
  const { root, now, top, left, rows, columns } = state;
  for (const panel of state.matrices) numbersDrawPanel(state, panel);
  if (state.together) numbersDrawPanel(state, state.together);
  setText(state["size-line"], numbersSizeLine(state));
  setText(state["range-line"], numbersRangeLine(state));
  setText(state["place-line"], `The frame: ${numbersPlace(state)}.`);
  Object.assign(root.dataset, { map: now.name, top, left, rows, columns });
  numbersCell(state);
}

// The chosen cell, after another was chosen.
function numbersCell(state) {
  for (const panel of state.matrices) numbersMarkPanel(state, panel);
  if (state.together) numbersMarkPanel(state, state.together);
  numbersMarkOverview(state);
  setText(state["cell-line"], numbersSentence(state, true));
  Object.assign(state.root.dataset, { row: state.row, column: state.column });
  numbersRemember(state);
}

function numbersTitle({ now, header: { settings } }) {
  return now.name === PICTURE_STAGE ? now.title : `${now.title} of filter ${settings.filters[settings.active].name}`;
}

function numbersSizeLine(state) {
  const { now, rows, columns } = state;
  const sizes = [now.rows, now.columns, ...(now.depth === 3 ? [3] : [])];
  const total = sizes.reduce((a, b) => a * b).toLocaleString("en");
  const seen = rows * columns;
  const name = now.name === PICTURE_STAGE ? "picture" : "map";
  const of = now.depth === 1 ? "of them" : now.parts.length === 3 ? "of each channel" : `of ${CHANNEL_NAMES[state.part]}`;
  return `This ${name} is ${sizes.join(" × ")} = ${total} numbers; you see ${seen} ${of}.`;
}

function numbersRangeLine(state) {
  const { now, bytes, decimals } = state;
  const digits = Math.max(2, decimals);
  const channels = now.depth === 3 ? ", over all three channels" : "";
  const [low, high] = now.name === PICTURE_STAGE && bytes
    ? [String(Math.round(255 * now.minimum)), String(Math.round(255 * now.maximum))]
    : [show(now.minimum, digits), show(now.maximum, digits)];
  return `Smallest value ${low}, largest ${high}${channels}.`;
}

// The chosen cell as a sentence; with both scales, a pixel is given in the other one too.
function numbersSentence(state, both = false) {
  const { now, row, column, matrices, bytes } = state;
  const digits = numbersDigits(state);
  const values = matrices.map(({ source }, i) => {
    const value = source.value(row, column);
    const name = now.depth === 3 ? `${CHANNEL_NAMES[now.parts[i]]} ` : "";
    const other = bytes ? show(value / 255, Math.max(2, state.decimals)) : `${Math.round(255 * value)} of 255`;
    return `${name}${show(value, digits)}${both && now.name === PICTURE_STAGE ? ` (${other})` : ""}`;
  });
  return `row ${row + 1}, column ${column + 1}: ${values.join(", ")}`;
}

// Said aloud after a key, once the keys have come to rest.
function numbersSay(state, sentence) {
  clearTimeout(state.speaking);
  state.speaking = setTimeout(() => setText(state.spoken, sentence), 200);
}

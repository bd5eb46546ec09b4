// The grid of weights, and the small picture of the kernel as it slides when it is flipped.

const KERNEL_ROOM = { 1: 8, 3: 6, 5: 5, 7: 4 };

function kernelWeights(state) {
  return state.model.filters[state.model.active].weight;
}

function kernelBuildGrid(state) {
  const { size } = state.model;
  state.cells = [];
  for (let index = 0; index < size * size; index++) {
    const row = Math.floor(index / size);
    const column = index % size;
    const input = make("input", {
      "aria-label": `row ${row + 1}, column ${column + 1}`,
      ...KERNEL_INPUT,
      enterkeyhint: "next",
      class: "number",
    });
    const side = column === 0 ? "first" : column === size - 1 ? "last" : "middle";
    const box = make("div", { class: `kernel-cell ${side}` }, input);
    const goTo = (to) => state.cells[to]?.input.focus();
    const field = {
      input,
      box,
      get: () => kernelWeights(state)[index],
      set: (value, gesture) => {
        kernelWeights(state)[index] = value;
        kernelSend(state, { op: "cell", filter: state.model.active, cell: index, value, gesture });
      },
      room: () => KERNEL_ROOM[size],
      move: (rows, columns) => {
        const [r, c] = [row + rows, column + columns];
        if (r >= 0 && r < size && c >= 0 && c < size) goTo(r * size + c);
        else kernelSelect(state, field);
      },
      next: (step) => (state.cells[index + step] ? goTo(index + step) : kernelSelect(state, field)),
    };
    kernelField(state, field);
    input.onpaste = (event) => kernelPaste(state, field, event);
    state.cells.push(field);
  }
  state.grid.replaceChildren(...state.cells.map((cell) => cell.box));
  state.grid.dataset.size = size;
  state.grid.setAttribute("aria-label", `Weights, ${size} rows and ${size} columns`);
}

// A whole kernel copied from a spreadsheet, an article or code: as many numbers as there are cells.
function kernelPaste(state, field, event) {
  const { size, limits, active } = state.model;
  const words = event.clipboardData.getData("text/plain").split(/[\s,;[\](){}]+/).filter(Boolean);
  const values = words.map((word) => kernelParse(word, limits.weight).value);
  if (words.length < 9 || values.includes(undefined)) return;
  event.preventDefault();
  if (words.length !== size * size) {
    const sentence = `These are ${words.length} numbers; this kernel has ${size * size} weights.`;
    kernelProblem(state, field, sentence);
    return;
  }
  state.model.filters[active].weight = values;
  kernelSend(state, { op: "weights", filter: active, weight: values });
  kernelSelect(state, field);
}

// The hue says the sign, its strength the size: color-mix in the style sheet does the rest.
function kernelColour(element, value, largest) {
  const part = value === 0 ? 0 : 0.12 + 0.88 * (Math.abs(value) / largest);
  element.dataset.sign = String(Math.sign(value) + 0);
  element.style.setProperty("--strength", `${(72 * part).toFixed(1)}%`);
}

function kernelShowGrid(state) {
  if (state.cells.length !== state.model.size ** 2) kernelBuildGrid(state);
  const weight = kernelWeights(state);
  const largest = Math.max(...weight.map(Math.abs));
  state.cells.forEach((cell, index) => {
    kernelColour(cell.box, weight[index], largest);
    kernelShowField(state, cell);
  });
  kernelShowSliding(state, weight, largest);
}

function kernelShowSliding(state, weight, largest) {
  const { size, convolution } = state.model;
  const { picture, caption } = state.sliding;
  picture.hidden = caption.hidden = !convolution;
  state.even.hidden = convolution;
  if (!convolution) return;
  const slides = weight.toReversed();
  if (picture.childElementCount !== slides.length) {
    picture.replaceChildren(...slides.map(() => make("span", { class: "number" })));
    picture.dataset.size = size;
  }
  [...picture.children].forEach((cell, index) => {
    kernelColour(cell, slides[index], largest);
    cell.textContent = size > 3 ? "" : kernelShort(slides[index], size === 1 ? 6 : 4);
  });
  const rows = Array.from({ length: size }, (_, r) => slides.slice(r * size, (r + 1) * size)
    .map((value) => kernelShort(value, 6)).join(" "));
  picture.setAttribute("aria-label", `The flipped kernel, row by row: ${rows.join("; ")}`);
}

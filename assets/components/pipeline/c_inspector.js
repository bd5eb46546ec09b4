// The arithmetic of the chosen cell: patch × kernel = products, sum, bias, activation, pool.

const CHANNEL_NAMES = ["red", "green", "blue"];

// A small table of numbers whose cells are made once and then only change their text.
function matrix(rows, columns, label) {
  const cells = Array.from({ length: rows * columns }, () => make("span", { class: "number" }));
  const grid = make("div", { class: columns > 5 ? "matrix large" : "matrix", role: "img", "aria-label": label }, ...cells);
  grid.style.gridTemplateColumns = `repeat(${columns}, auto)`;
  return { grid, cells };
}

function fill(table, values, digits, mark) {
  values.forEach((value, i) => {
    const cell = table.cells[i];
    setText(cell, show(value, digits));
    const kind = mark ? mark(value, i) : "";
    if (cell.dataset.kind !== kind) cell.dataset.kind = kind;
  });
}

// The inspector is built anew only when its shape changes; hovering changes numbers alone.
function buildInspector(state) {
  const { settings } = state.header;
  // Three large windows do not fit side by side: then one channel at a time is taken apart.
  const channels = settings.kernel >= 5 ? summedChannels(state).slice(0, 1) : summedChannels(state);
  const key = [settings.kernel, channels.length, summedChannels(state).length, settings.colour, state.picture.channels,
    settings.pool, settings.pool_size, settings.activation, settings.flipped].join();
  if (state.inspector && state.inspector.key === key) return state.inspector;
  const k = settings.kernel;
  const kernel = matrix(k, k, "kernel");
  const parts = channels.map((channel) => ({
    name: make("h4", {}), patch: matrix(k, k, "window"), products: matrix(k, k, "products"),
    sum: make("div", { class: "sum number" }),
  }));
  const one = parts.length === 1;
  const kernelBlock = make("div", { class: "block" },
    make("h4", {}, settings.flipped ? "kernel, flipped" : "kernel", why("kernel")), kernel.grid);
  const sign = (text) => make("span", { class: "sign", "aria-hidden": "true" }, text);
  const blocks = parts.flatMap((part, i) => one
    ? [make("div", { class: "block" }, part.name, part.patch.grid), sign("×"), kernelBlock, sign("="),
      make("div", { class: "block" }, make("h4", {}, "products"), part.products.grid)]
    : [...(i ? [sign("+")] : [kernelBlock, sign("×")]),
      make("div", { class: "block" }, part.name, part.patch.grid, make("div", { class: "down" }, "× kernel ="),
        part.products.grid, part.sum)]);
  const pool = settings.pool === "none" ? null : matrix(settings.pool_size, settings.pool_size, "pooling window");
  const lines = { where: make("div", { class: "where" }), sum: make("div", { class: "number" }),
    bias: make("div", { class: "number" }), activation: make("div", { class: "number" }),
    pool: make("div", { class: "pool-text number" }) };
  for (const [name, line] of Object.entries(lines)) line.dataset.line = name;
  const tabs = make("div", { class: "tabs" });
  const text = make("div", { class: "steps" }, lines.where, tabs, lines.sum, lines.bias, lines.activation,
    make("div", { class: "pool" }, ...(pool ? [pool.grid] : []), lines.pool));
  state.root.querySelector(".inspector").replaceChildren(
    make("div", { class: "sums" }, ...blocks), text);
  state.inspector = { key, kernel, parts, pool, lines, tabs };
  return state.inspector;
}

// Whole numbers are shown as such where picture and kernel have nothing else, small ones in full.
function digitsFor(state, window) {
  const { picture } = state;
  picture.whole ??= picture.pixels.every((code) => code === 0 || code === 255);
  const whole = picture.whole && [...window.weight, window.bias].every(Number.isInteger);
  const least = Math.min(...window.weight.map(Math.abs).filter((v) => v > 0));
  return { values: whole ? 0 : 2, weights: whole ? 0 : least < 0.01 ? 3 : 2,
    products: whole ? 0 : least < 0.1 ? 3 : 2 };
}

function drawInspector(state) {
  const { header: { settings }, found, cell, picture } = state;
  const view = buildInspector(state);
  const { window } = found;
  const digits = digitsFor(state, window);
  const k = settings.kernel;
  fill(view.kernel, window.weight, digits.weights, (v) => (v > 0 ? "plus" : v < 0 ? "minus" : "zero"));
  const parts = view.parts.length < window.parts.length ? [window.parts[state.part]] : window.parts;
  view.parts.forEach((part, i) => {
    const { channel, patch, products, sum } = parts[i];
    setText(part.name, picture.channels === 1 ? "window" : `${CHANNEL_NAMES[channel]} window`);
    part.name.dataset.channel = picture.channels === 1 ? "" : CHANNEL_NAMES[channel];
    fill(part.patch, patch, digits.values, (v, j) => (window.rows[Math.floor(j / k)] === OUTSIDE
      || window.columns[j % k] === OUTSIDE ? "padding" : ""));
    part.patch.grid.title = part.patch.cells.some((c) => c.dataset.kind === "padding")
      ? "Hatched cells are padding, outside the picture" : "";
    fill(part.products, products, digits.products, (v, j) => (window.weight[j] === 0 ? "zero" : ""));
    setText(part.sum, `Σ ${equals(products, sum, digits.products)} ${show(sum, digits.values)}`);
  });
  const filter = settings.filters[cell.filter];
  setText(view.lines.where, `${filter.name}: row ${found.row + 1}, column ${found.column + 1}`);
  const sums = window.parts.map((part) => part.sum);
  const terms = sums.map((v) => show(v, digits.values)).join(" + ").replaceAll("+ −", "− ");
  setText(view.lines.sum, sums.length > 1
    ? `Σ = ${terms} ${equals(sums, window.total, digits.values)} ${show(window.total, digits.values)}`
    : `Σ of the products = ${show(window.total, digits.values)}`);
  setText(view.lines.bias, `+ bias ${show(window.bias, digits.values)} `
    + `${equals([window.total, window.bias], window.value, digits.values)} ${show(window.value, digits.values)}`);
  const exact = settings.activation === "none" || settings.activation === "relu";
  setText(view.lines.activation, settings.activation === "none" ? "no activation"
    : `${state.names.activation} → ${show(found.activated, exact ? digits.values : 2)}`);
  view.lines.activation.dataset.kind = settings.activation === "relu" && window.value < 0 ? "cut" : "";
  drawPool(state, view, exact ? digits.values : 2);
  drawChannelTabs(state, view);
  state.root.dataset.cell = [cell.stage, cell.filter, found.row, found.column].join();
  state.root.dataset.value = window.value;
}

function drawPool(state, view, digits) {
  const { found, header: { settings } } = state;
  if (!view.pool) return setText(view.lines.pool, "no pooling");
  if (!found.pool) {
    fill(view.pool, Array(view.pool.cells.length).fill(NaN), 2, () => "empty");
    return setText(view.lines.pool, "no pooling window reads this cell");
  }
  const { values, cells, winner, value, row, column } = found.pool;
  const own = cells.findIndex(([r, c]) => r === found.row && c === found.column);
  fill(view.pool, values, digits, (v, i) => (i === winner ? "winner" : i === own ? "own" : ""));
  const tie = settings.pool === "max" && winnerOf([values[winner], values[own]]) === 0
    && winnerOf([values[own], values[winner]]) === 0;
  const outcome = own === winner ? "this cell won" : tie ? "a tie, and the first one counts" : "this cell lost";
  const at = `row ${row + 1}, column ${column + 1}`;
  const name = `${settings.pool_size} × ${settings.pool_size} window`;
  const texts = {
    max: `largest of the ${name} = ${show(value, digits)} (${at}): ${outcome}`,
    average: `mean of the ${name} = ${show(value)} (${at})`,
    sum: `sum of the ${name} ${equals(values, value, digits)} ${show(value, digits)} (${at})`,
  };
  setText(view.lines.pool, texts[settings.pool]);
}

// Channel by channel there are three sums; one is taken apart at a time.
function drawChannelTabs(state, view) {
  const separate = state.picture.channels === 3
    && (state.header.settings.colour === "each" || state.header.settings.kernel >= 5);
  view.tabs.hidden = !separate;
  if (!separate) return;
  if (!view.tabs.children.length) {
    CHANNEL_NAMES.forEach((name, i) => {
      const button = make("button", { type: "button" }, name);
      button.onclick = () => {
        state.part = i;
        chooseCell(state, state.cell);
      };
      view.tabs.append(button);
    });
  }
  [...view.tabs.children].forEach((b, i) => b.setAttribute("aria-pressed", String(i === state.part)));
}

// Said aloud after a key: the place and the sum, as one sentence.
function announce(state) {
  clearTimeout(state.speaking);
  state.speaking = setTimeout(() => {
    const { found, header: { settings } } = state;
    const { window } = found;
    const pool = found.pool ? ` ${state.inspector.lines.pool.textContent}.` : "";
    const terms = window.parts.length === 1 && settings.kernel <= 3
      ? window.parts[0].patch.map((v, i) => `${show(v)} × ${show(window.weight[i])}`).join(" + ")
      : `${window.parts.length * settings.kernel ** 2} products`;
    setText(state.root.querySelector(".spoken"), `Row ${found.row + 1}, column ${found.column + 1}: ${terms}, `
      + `plus bias ${show(window.bias)}, is ${show(window.value)}; after activation ${show(found.activated)}.${pool}`);
  }, 250);
}

// The arithmetic of a step, beside the player: patch, kernel, products, the running sum; or what an
// activation and a pool do with their values. Built once for each kind of step, then only text changes.

function playerTable(rows, columns, part, label) {
  const cells = Array.from({ length: rows * columns }, () => make("span"));
  const grid = make("div", { class: "matrix", role: "img", "aria-label": label, "data-part": part }, ...cells);
  grid.style.gridTemplateColumns = `repeat(${columns}, auto)`;
  return { grid, cells };
}

// One channel at a time where three windows of this size would not fit.
function playerChannels(state) {
  const channels = summedChannels(state);
  return channels.length > 1 && state.header.settings.kernel > 3 ? [channels[state.part] ?? channels[0]] : channels;
}

function playerArithmetic(state, made) {
  const { settings } = state.header;
  const key = [made.name, settings.kernel, settings.pool, settings.pool_size, playerChannels(state).length,
    settings.flipped].join();
  if (state.sums?.key !== key) {
    // A chain goes from kind to kind and back: what was built before is shown again.
    state.blocks ??= {};
    if (state.blocks[made.name]?.key !== key) {
      const build = { convolution: playerBuildSum, pooling: playerBuildPool }[made.name] ?? playerBuildValue;
      state.blocks[made.name] = { key, ...build(state) };
    }
    state.sums = state.blocks[made.name];
    state.scene.arithmetic.replaceChildren(state.sums.element);
  }
  const asking = playerAsking(state);
  ({ convolution: playerFillSum, pooling: playerFillPool }[made.name] ?? playerFillValue)(state, made, asking);
  // Room for a sign, a digit and the point before the decimals, so that widths stay from step to step.
  const letters = state.play.whole ? 2 : state.play.decimals + 3;
  if (state.sums.letters !== letters) state.sums.element.style.setProperty("--letters", `${letters}ch`);
  state.sums.letters = letters;
}

function playerLine(name) {
  return make("div", { class: "number sum-line", "data-line": name });
}

function playerBuildSum(state) {
  const { kernel: k, flipped } = state.header.settings;
  const kernel = playerTable(k, k, "kernel", "kernel");
  const parts = playerChannels(state).map(() => {
    const part = { name: make("h4"), patch: playerTable(k, k, "patch", "window"),
      products: playerTable(k, k + 1, "products", "products, and the running sum after each row") };
    return part;
  });
  const block = (...content) => make("div", { class: "part" }, ...content);
  const sign = (text) => make("span", { class: "sign" }, text);
  const kernelBlock = block(make("h4", {}, flipped ? "kernel, turned by 180°" : "kernel", why("kernel")), kernel.grid);
  // One window stands in an equation with the kernel; of three, each has its own line.
  const equations = parts.length === 1
    ? [make("div", { class: "of" }, block(parts[0].name, parts[0].patch.grid), sign("×"), kernelBlock, sign("="),
      block(make("h4", {}, "products → their sum so far"), parts[0].products.grid))]
    : [kernelBlock, ...parts.map(({ name, patch, products }) =>
      block(name, make("div", { class: "of" }, patch.grid, sign("× kernel ="), products.grid)))];
  const tabs = make("div", { class: "choices" });
  const lines = { total: playerLine("total"), bias: playerLine("bias"), result: playerLine("result") };
  lines.result.classList.add("result");
  const element = make("div", { class: `sums ${parts.length > 1 ? "three" : `one k${k}`}` }, tabs, ...equations,
    make("div", { class: "part lines" }, lines.total, lines.bias, lines.result));
  return { element, kernel, parts, tabs, lines };
}

function playerFillSum(state, made, asking) {
  const { sums, picture, play, header: { settings } } = state;
  const { window } = made;
  const k = settings.kernel;
  const number = (value) => playerNumber(state, value, play.decimals);
  playerFill(sums.kernel.cells, window.weight.map(number), window.weight.map((v) => (v > 0 ? "plus" : v < 0 ? "minus" : "zero")));
  const chosen = playerChannels(state);
  const parts = window.parts.filter((part) => chosen.includes(part.channel));
  sums.parts.forEach((part, i) => {
    const { channel, patch, products, sum } = parts[i];
    setText(part.name, picture.channels === 1 ? "window" : `${CHANNEL_NAMES[channel]} window`);
    part.name.dataset.channel = picture.channels === 1 ? "" : CHANNEL_NAMES[channel];
    const outside = (j) => window.rows[Math.floor(j / k)] === OUTSIDE || window.columns[j % k] === OUTSIDE;
    playerFill(part.patch.cells, patch.map(number), patch.map((_, j) => (outside(j) ? "padding" : "")));
    // After every row of products stands what they add up to so far.
    const texts = [], kinds = [];
    let running = 0;
    products.forEach((product, j) => {
      running += product;
      texts.push(asking ? "?" : number(product));
      kinds.push(window.weight[j] === 0 ? "zero" : "");
      if (j % k === k - 1) {
        const last = j === products.length - 1;
        texts.push(asking ? (last ? "= ?" : "") : !last ? `→ ${number(running)}` : `${equals(products, sum, playerDigits(state))} ${number(sum)}`);
        kinds.push(last ? "part" : "running");
      }
    });
    playerFill(part.products.cells, texts, kinds);
  });
  playerTabs(state, sums.tabs);
  const three = window.parts.length > 1;
  sums.lines.total.hidden = !three;
  if (three) {
    const terms = window.parts.map((part) => part.sum);
    setText(sums.lines.total, asking ? "red + green + blue = ?"
      : `${terms.map(number).join(" + ").replaceAll("+ −", "− ")} ${equals(terms, window.total, playerDigits(state))} ${number(window.total)}`);
  }
  setText(sums.lines.bias, `+ bias ${number(window.bias)}`);
  setText(sums.lines.result, asking ? "= ?"
    : `${equals([window.total, window.bias], made.value, playerDigits(state))} ${number(made.value)}`);
}

// Decimals for the values of a map, or of the sums: none where all of them are whole numbers.
function playerDigits(state, name = "convolution") {
  const { activation, pool } = state.header.settings;
  const exact = name === PICTURE_STAGE || name === "convolution"
    || (["none", "relu"].includes(activation) && (name === "activation" || pool !== "average"));
  return state.play.whole && exact ? 0 : state.play.decimals;
}

function playerTabs(state, tabs) {
  const { picture, header: { settings } } = state;
  tabs.hidden = picture.channels === 1 || (settings.colour !== "each" && settings.kernel <= 3);
  if (tabs.hidden) return;
  if (!tabs.children.length) {
    tabs.append(...CHANNEL_NAMES.map((name, i) => make("button", { type: "button", onclick: () => {
      state.part = i;
      playerScene(state);
      playerShow(state);
    } }, name)));
  }
  [...tabs.children].forEach((button, i) => button.setAttribute("aria-pressed", String(i === state.part)));
}

function playerFill(cells, texts, kinds) {
  texts.forEach((text, i) => {
    setText(cells[i], text);
    if (cells[i].dataset.kind !== kinds[i]) cells[i].dataset.kind = kinds[i];
  });
}

function playerBuildValue() {
  const lines = { before: playerLine("before"), rule: playerLine("rule"), result: playerLine("result") };
  lines.result.classList.add("result");
  return { element: make("div", { class: "sums" }, ...Object.values(lines)), lines };
}

function playerFillValue(state, made, asking) {
  const { lines } = state.sums;
  const { activation, slope } = state.header.settings;
  const before = playerNumber(state, made.before, state.play.decimals);
  const exact = activation === "relu" || activation === "leaky_relu";
  const after = exact ? playerNumber(state, made.value, state.play.decimals) : show(made.value, Math.max(2, state.play.decimals));
  const rules = {
    relu: `max(0, ${before})`,
    leaky_relu: made.before > 0 ? `above 0: ${before} stays` : `below 0: ${slope} × ${before}`,
    sigmoid: `1 / (1 + e^(−(${before})))`,
    tanh: `tanh(${before})`,
  };
  setText(lines.before, `the value before: ${before}`);
  setText(lines.rule, rules[activation]);
  setText(lines.result, asking ? "= ?" : `= ${after}`);
  lines.result.dataset.kind = activation === "relu" && made.before < 0 && !asking ? "cut" : "";
}

function playerBuildPool(state) {
  const { pool_size: size } = state.header.settings;
  const table = playerTable(size, size, "patch", "pooling window");
  const lines = { terms: playerLine("terms"), result: playerLine("result") };
  lines.result.classList.add("result");
  return { element: make("div", { class: "sums" }, make("div", { class: "part" }, make("h4", {}, "pooling window"), table.grid),
    ...Object.values(lines)), table, lines };
}

function playerFillPool(state, made, asking) {
  const { sums: { table, lines }, header: { settings } } = state;
  const number = (value) => playerNumber(state, value, state.play.decimals);
  playerFill(table.cells, made.values.map(number), made.values.map((_, i) => (i === made.winner && !asking ? "winner" : "")));
  const terms = made.values.map(number).join(" + ").replaceAll("+ −", "− ");
  const how = { max: made.values.filter((v) => v === made.values[made.winner]).length > 1
    ? "the largest wins, of equal ones the first" : "the largest wins", average: `(${terms}) / ${made.values.length}`, sum: terms };
  setText(lines.terms, how[settings.pool]);
  const exact = settings.pool === "max" ? "=" : settings.pool === "sum" ? equals(made.values, made.value, playerDigits(state))
    : equals(made.values.map((v) => v / made.values.length), made.value, state.play.decimals);
  setText(lines.result, asking ? "= ?" : `${exact} ${settings.pool === "average" ? show(made.value, state.play.decimals) : number(made.value)}`);
}

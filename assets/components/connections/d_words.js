// What is seen, in words and numbers: the sentence, and below it a table or the growth of a field.

function connectionsWhole(number) {
  return number.toLocaleString("en");
}

function connectionsShow(value) {
  return Math.abs(value) >= 1e5 ? value.toExponential(1).replace("e+", "e").replace("-", "−") : show(value);
}

function connectionsCount(number, thing) {
  return `${connectionsWhole(number)} ${thing}${number === 1 ? "" : "s"}`;
}

// Rows or columns counted from 1, runs of neighbours written as such.
function connectionsSpan(places, thing) {
  const runs = connectionsRuns(places, 1);
  const texts = runs.map(([first, last]) => (first === last ? `${first + 1}` : `${first + 1}–${last + 1}`));
  const text = texts.length > 6 ? `${texts.slice(0, 3).join(", ")}, …, ${texts.at(-1)}` : texts.join(", ");
  return `${thing}${places.length === 1 ? "" : "s"} ${text}`;
}

function connectionsPlace(row, column) {
  return `row ${row + 1}, column ${column + 1}`;
}

function connectionsWeightWords(state, target, found) {
  const { stages, layer, header: { settings }, picture } = state;
  const weight = state.weights[target.row * settings.kernel + target.column];
  const [rows, columns] = stages[0].shape;
  const cells = rows * columns, all = layer.input[0] * layer.input[1];
  const pixels = found.times.reduce((sum, [, n]) => sum + n, 0);
  const met = found.times.reduce((sum, [times, n]) => sum + times * n, 0);
  const own = settings.kernel ** 2;
  const what = pixels ? `multiplies ${connectionsWhole(pixels)} of ${connectionsCount(all, "pixel")}` : "multiplies no pixel";
  const every = picture.channels === 3 && state.channel === null ? " in each of the 3 channels" : "";
  const sentences = [`This weight, ${show(weight)}, ${what}${every}, once for each cell of the map `
    + `(${rows} × ${columns} = ${connectionsWhole(cells)}): the same weight is used everywhere. That is why `
    + `the layer has ${connectionsCount(own, "weight")} a channel and not ${connectionsWhole(own * cells)}, `
    + `a set of ${own} for each cell.`];
  const more = found.times.filter(([times]) => times > 1);
  const listed = more.slice(0, 4).map(([times, n]) => `${connectionsCount(n, "pixel")} ${times} times`);
  if (layer.mode === "zeros" && cells > met) {
    sentences.push(`${connectionsCount(cells - met, "time")} it meets the zeros of the padding.`);
  } else if (more.length) {
    sentences.push(`The padding repeats pixels, so this weight multiplies ${listed.join(", ")}`
      + `${more.length > 4 ? " and others even more often" : ""}.`);
  }
  if (!weight) sentences.push("A weight of zero: all shares are 0.");
  return { what: `Weight in ${connectionsPlace(target.row, target.column)}`, sentence: sentences.join(" "),
    details: [] };
}

// The value that a pixel brings to a product: the sum over the chosen channels.
function connectionsPixel(state, row, column) {
  const { padded } = state;
  return padded.sums[(row + padded.top) * padded.columns + column + padded.left] / 255;
}

function connectionsPixelWords(state, { row, column }, reached) {
  const { stages } = state;
  const [down, across] = [row, column].map((place, axis) => connectionsFed(stages[0], axis, place));
  const value = connectionsPixel(state, row, column);
  const of = state.picture.channels === 1 ? "" : state.channel === null ? " (the sum of its channels)"
    : ` (${CHANNEL_NAMES[state.channel]})`;
  const fed = down.length * across.length;
  const times = (axis) => axis.reduce((sum, { taps }) => sum + taps.length, 0);
  const products = times(down) * times(across);
  const deeper = stages.slice(1).map((stage, i) => ({ stage, n: reached[i + 1].rows.length * reached[i + 1].columns.length }))
    .filter(({ stage }) => stage.kind !== "activation");
  const sentences = [fed
    ? `This pixel, ${show(value)}${of}, feeds ${connectionsCount(fed, "cell")} of the map`
      + `${products > fed ? `, by ${connectionsCount(products, "product")}, because the padding repeats it` : ""}: `
      + `${connectionsSpan(down.map((d) => d.cell), "row")}, ${connectionsSpan(across.map((d) => d.cell), "column")}.`
    : `No cell of the map reads this pixel, ${show(value)}${of}: the kernel steps over it.`];
  if (fed && deeper.length) {
    sentences.push(`From there it reaches ${deeper.map(({ stage, n }) =>
      `${connectionsCount(n, "cell")} of ${stage.title}`).join(", ")}.`);
  }
  return { what: `Pixel in ${connectionsPlace(row, column)}`, sentence: sentences.join(" "),
    details: fed && fed <= 49 ? connectionsFedTable(state, down, across, value) : [] };
}

// The cells that a pixel feeds, laid out as they lie in the map: weight × pixel = share in each.
function connectionsFedTable(state, down, across, value) {
  const { weights, header: { settings: { kernel } } } = state;
  const cells = down.flatMap((d) => across.map((a) => {
    const own = d.taps.flatMap((i) => a.taps.map((j) => weights[i * kernel + j]));
    const share = own.reduce((sum, w) => sum + w, 0) * value;
    const text = own.map((w) => show(w)).join(" + ").replaceAll("+ −", "− ");
    return make("span", { class: "fed", "data-kind": share > 0 ? "plus" : share < 0 ? "minus" : "zero",
      title: `${connectionsPlace(d.cell, a.cell)}: ${own.length > 1 ? `(${text})` : text} × ${show(value)} = ${show(share)}` },
    make("span", {}, own.length > 1 ? `(${text})` : text), make("strong", {}, show(share)));
  }));
  const grid = make("div", { class: "matrix", role: "img",
    "aria-label": `The weight and the share of every cell that the pixel feeds: ${cells.map((c) => c.title).join("; ")}` }, ...cells);
  grid.style.gridTemplateColumns = `repeat(${across.length}, auto)`;
  return [make("p", { class: "caption quiet" }, `Each cell of the map that it feeds: the weight between them, and weight × ${show(value)}.`), grid];
}

function connectionsCellWords(state, target, field) {
  const index = state.stages.findIndex((stage) => stage.name === target.stage);
  const stage = state.stages[index];
  const [all, seen] = [state.layer.input, [field.rows.length, field.columns.length]];
  const pixels = seen[0] * seen[1];
  const size = `${field.size[0]} × ${field.size[1]}`;
  const sentences = [];
  if (!pixels) {
    sentences.push(`This cell sees nothing but padding: its field of ${size} lies outside of the picture.`);
  } else {
    sentences.push(`This cell sees ${connectionsSpan(field.rows, "row")} and ${connectionsSpan(field.columns, "column")} `
      + `of the picture: ${seen[0]} × ${seen[1]} = ${connectionsCount(pixels, "pixel")} of ${connectionsWhole(all[0] * all[1])}.`);
    sentences.push(`Its receptive field is ${size}${connectionsWhyLess(state, field)}; `
      + `the next cell's begins ${connectionsCount(field.step[0], "pixel")} further.`);
  }
  return { what: `${stage.title}, ${connectionsPlace(target.row, target.column)}`, sentence: sentences.join(" "),
    details: connectionsGrowth(state, index) };
}

// Why fewer pixels are seen than the field is large.
function connectionsWhyLess(state, { rows, columns, first, size }) {
  const gaps = [rows, columns].some((places) => places.at(-1) - places[0] >= places.length);
  const cut = first.some((n, axis) => n < 0 || n + size[axis] > state.layer.input[axis]);
  return `${gaps ? ", with gaps" : ""}${cut ? ", partly in the padding" : ""}`;
}

// How the field grows on the way back, layer by layer, by the formula with its numbers filled in.
function connectionsGrowth(state, index) {
  if (state.growth?.index === index && state.growth.stages === state.stages) return state.growth.details;
  let [r, step] = [1, 1];
  const sizes = [1];
  const rows = state.stages.slice(0, index + 1).reverse().map((stage) => {
    const { kernel: [k], stride: [s], dilation: [d] } = stage.layer;
    const next = (r - 1) * s + d * (k - 1) + 1;
    const text = stage.kind === "activation" ? `each value by itself: r = ${r}`
      : `r = (${r} − 1)·${s} + ${d}·(${k} − 1) + 1 = ${next}`;
    r = next;
    step *= s;
    if (stage.kind !== "activation") sizes.push(r);
    return make("tr", {}, make("th", { scope: "row" }, stage.title), make("td", {}, text), make("td", {}, `${r} × ${r}`),
      make("td", {}, String(step)));
  });
  const head = make("tr", {}, ...["back through", "r = (r − 1)·s + d·(k − 1) + 1", "field", "step"].map((text) =>
    make("th", { scope: "col" }, text)));
  const details = [make("p", { class: "caption number" }, "The field grows: ", make("strong", {}, sizes.join(" → ")), why("receptive_field")),
    make("div", { class: "growth" }, make("table", { class: "number" }, make("thead", {}, head), make("tbody", {}, ...rows)))];
  state.growth = { index, stages: state.stages, details };
  return details;
}

// Said aloud after a key.
function connectionsSay(state) {
  clearTimeout(state.speaking);
  state.speaking = setTimeout(() => setText(state.view.spoken,
    `${state.view.what.textContent}. ${state.view.sentence.textContent}`), 250);
}

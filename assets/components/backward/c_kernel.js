// The last two cards: a kernel's weight, whose gradient is a sum over all positions, and its update.

function backwardKernelMaps(state, name, titles) {
  return backwardMaps(state, name, titles, (map, row, column) => backwardPick(state, 4, [row, column], map));
}

// Why nothing has come back to a kernel.
function backwardStuck(deltas) {
  const reason = deltas.some((delta) => delta !== 0)
    ? "No gradient reaches this kernel: its map is 0 everywhere behind ReLU. It cannot learn from this picture any more."
    : "No gradient comes through the softmax: its outputs are so certain that nothing moves them.";
  return `${reason} Go back, or take other weights.`;
}

function backwardKernelCard(state) {
  const maps = backwardKernelMaps(state, "kernels", ["Gradient of kernel 1", "Gradient of kernel 2"]);
  const deltas = backwardMaps(state, "convolved", ["Gradients"]);
  const pixels = backwardMaps(state, "pixels", ["Pixels"]);
  const terms = backwardMaps(state, "terms", ["Products"]);
  const sign = (text) => make("span", { class: "sign", "aria-hidden": "true" }, text);
  const sum = make("div", { class: "product" }, deltas.element, sign("×"), pixels.element, sign("="), terms.element);
  const list = make("ol", { class: "terms number" });
  const details = make("details", {}, make("summary", {}, "Every product, the largest first"), list);
  const end = make("div", { class: "end" });
  const card = backwardCard("One weight of the kernel", "weight_sharing",
    "The same weight was used at every position, so its gradient adds them all up: the gradient at the position times the pixel that the weight met there. Choose a weight.",
    maps.element);
  card.element.append(sum, end, details);
  card.draw = ({ pick, kernel, window, deltas: slopes }) => {
    const [, map, , , row, column] = pick;
    const floats = (name) => state.message.floats(state.header.maps[name][0].values, 100);
    const [all, met, products] = ["convolved", "pixels", "terms"].map(floats);
    const places = [...products.keys()].filter((i) => all[i] !== 0).sort((a, b) => Math.abs(products[b]) - Math.abs(products[a]));
    card.say.replaceChildren(
      make("p", {}, `Weight in ${backwardPlace(row, column)} of kernel ${map + 1}. A gradient has come back to ${kernel.reached} of 100 positions: the winners of the pool that ReLU let through.`),
      ...(kernel.reached ? [] : [make("p", { class: "warning" }, backwardStuck(slopes))]));
    backwardDrawMaps(state, maps, backwardCell(state.maps, 2, 3, 60), (i) => (i === map ? [row, column] : null));
    const three = backwardCell(state.inner - 90, 3, 10, 42, 0);
    const cell = three >= 20 ? three : backwardCell(state.inner, 1, 10, 42);
    sum.classList.toggle("stacked", three < 20);
    const winner = () => [...window.winner];
    backwardDrawMaps(state, deltas, cell, winner);
    backwardDrawMaps(state, pixels, cell, winner, { plain: 2 });
    backwardDrawMaps(state, terms, cell, winner);
    end.replaceChildren(backwardLine("∂E/∂w = sum of all products =", kernel.total));
    list.replaceChildren(...places.map((i) => make("li", {},
      `${backwardPlace(Math.floor(i / 10), i % 10)}: ${backwardText(all[i])} × ${backwardText(met[i])} ${backwardSign(backwardRound(all[i]) * backwardRound(met[i]), backwardRound(products[i]))} `,
      make("strong", { "data-kind": backwardKind(products[i]) }, backwardText(products[i])))));
  };
  return card;
}

function backwardUpdateCard(state) {
  const now = backwardKernelMaps(state, "weights", ["Kernel 1 now", "Kernel 2 now"]);
  const next = backwardKernelMaps(state, "updated", ["Kernel 1 next", "Kernel 2 next"]);
  const step = make("button", { type: "button", class: "again", onclick: () => backwardSend(state, "step", 1) }, "Take this step");
  const card = backwardCard("The update", "learning_rate",
    "Every weight of the network takes one small step against its gradient, all at once.",
    make("div", { class: "kernels" }, now.element, next.element));
  card.element.append(step);
  card.draw = ({ pick, weight, lesson, step: taken, most }) => {
    const [, map, , , row, column] = pick;
    card.say.replaceChildren(make("p", {}, `Weight in ${backwardPlace(row, column)} of kernel ${map + 1}:`),
      ...backwardStep(lesson, weight));
    const cell = backwardCell(state.maps, 2, 3, 60);
    const mark = (i) => (i === map ? [row, column] : null);
    backwardDrawMaps(state, now, cell, mark, { plain: 2 });
    backwardDrawMaps(state, next, cell, mark, { plain: 2 });
    step.disabled = taken >= most;
  };
  return card;
}

// The cards of one backward pass, from the error to the weight's next value. A card is made once, so
// that what has the keyboard keeps it; draw fills it on every message.

function backwardCard(title, term, lead, ...rest) {
  const say = make("div", { class: "say" });
  return { say, element: make("li", {}, make("h3", {}, title, ...(term ? [why(term)] : [])),
    make("p", { class: "lead" }, lead), make("div", { class: "pair" }, say, ...rest)) };
}

const backwardCards = [backwardErrorCard, backwardSoftmaxCard, backwardDenseCard, backwardPooledCard,
  backwardPoolCard, backwardReluCard, backwardKernelCard, backwardUpdateCard];

// Rows and columns are counted from 1 for people.
function backwardPlace(row, column) {
  return `row ${row + 1}, column ${column + 1}`;
}

function backwardErrorCard(state) {
  const picture = backwardMaps(state, "picture", ["Picture"]);
  const curve = make("figure", { class: "curve-place" });
  const card = backwardCard("Forward: outputs and error", "total_error", "", picture.element, curve);
  const lead = card.element.querySelector(".lead");
  lead.classList.add("article");
  card.draw = ({ article, error, classes, errors }) => {
    lead.replaceChildren("A boat by hand, before and after learning, and below it this network: ",
      ...article.map((each) => make("span", {}, backwardExample(each))));
    card.say.replaceChildren(backwardOutputs(classes, error));
    backwardDrawMaps(state, picture, backwardCell(state.inner, 1, 12, 20), () => null, { plain: 2 });
    curve.replaceChildren(backwardCurve(errors), make("figcaption", { class: "caption quiet" }, "Error after each step"));
  };
  return card;
}

// The article's own numbers, as one line.
function backwardExample({ outputs, target, shares, total }) {
  const list = (values) => `[${values.map((v) => show(v, 1)).join(", ")}]`;
  const squares = shares.map((share) => show(2 * share, 2)).join(" + ");
  return `Outputs ${list(outputs)}, target [${target.join(", ")}]: error = ½ · (${squares}) = ${show(total, 2)}. `;
}

function backwardOutputs(classes, { outputs, target, slopes, shares, total }) {
  const heads = ["", "output o", "target t", "½ · (t − o)²", "share", "∂E/∂o = o − t"];
  const rows = classes.map((name, i) => make("tr", target[i] ? { class: "chosen" } : {},
    make("th", { scope: "row" }, name),
    make("td", { class: "bar-cell", style: `--share: ${100 * outputs[i]}%` }, backwardText(outputs[i])),
    make("td", {}, String(target[i])),
    make("td", {}, backwardText(shares[i])),
    make("td", {}, `${Math.round(total ? (100 * shares[i]) / total : 0)} %`),
    make("td", { "data-kind": backwardKind(slopes[i]) }, backwardText(slopes[i]))));
  return make("div", { class: "scroll" }, make("table", { class: "sum number" },
    make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, ...rows),
    make("tfoot", {}, make("tr", {}, make("th", { scope: "row", colspan: "3" }, "total error E"),
      make("td", {}, make("strong", {}, backwardText(total))), make("td", {}), make("td", {})))));
}

function backwardSoftmaxCard(state) {
  const choices = make("div", { class: "choices classes", role: "group", "aria-label": "Which class" });
  const card = backwardCard("Back through the softmax", "softmax",
    "The logit z of a class moves every output, so its gradient adds up one product for each.", choices);
  card.draw = ({ classes, pick, softmax, deltas }) => {
    if (!choices.children.length) {
      choices.append(...classes.map((name, i) => make("button", { type: "button",
        onclick: () => backwardPick(state, 0, [i]) }, make("span", {}, name), make("span", { class: "number" }))));
    }
    [...choices.children].forEach((button, i) => {
      button.setAttribute("aria-pressed", String(i === pick[0]));
      setText(button.lastChild, ` ${backwardText(deltas[i])}`);
    });
    const name = classes[pick[0]];
    card.say.replaceChildren(backwardSum(classes, ["∂E/∂o", `∂o/∂z(${name})`, "product"], softmax, pick[0]));
  };
  return card;
}

// What a step of gradient descent makes of a weight, and the check.
function backwardStep({ rate }, { weight, gradient, updated, nudged }) {
  const exact = backwardRound(weight) - rate * backwardRound(gradient);
  return [
    backwardLine(`w − η · ∂E/∂w = ${backwardText(weight)} − ${rate} · ${backwardFactor(gradient)} ${backwardSign(exact, backwardRound(updated))}`, updated),
    make("p", { class: "check number" }, "Checked by nudging", why("nudging"), ": ",
      make("strong", {}, nudged.toFixed(6).replace("-", "−")), " against ",
      make("strong", {}, gradient.toFixed(6).replace("-", "−"))),
  ];
}

function backwardDenseCard(state) {
  const maps = backwardMaps(state, "dense", ["For map 1", "For map 2"], (map, row, column) =>
    backwardPick(state, 1, [map, row, column]));
  const card = backwardCard("The fully connected weights", "fully_connected",
    "The gradient of a weight is the gradient of its class times the value that it weighs. Choose one of them.", maps.element);
  card.draw = ({ classes, pick, softmax, value, dense, lesson }) => {
    const [unit, map, row, column] = pick;
    const exact = backwardRound(softmax.total) * backwardRound(value);
    card.say.replaceChildren(
      make("p", {}, `Weight of “${classes[unit]}” for the cell in ${backwardPlace(row, column)} of pooled map ${map + 1}, whose value is ${backwardText(value)}:`),
      backwardLine(`∂E/∂w = ${backwardText(softmax.total)} × ${backwardFactor(value)} ${backwardSign(exact, backwardRound(dense.gradient))}`, dense.gradient),
      ...backwardStep(lesson, dense));
    backwardDrawMaps(state, maps, backwardCell(state.maps, 2, 5, 52), (i) => (i === map ? [row, column] : null));
  };
  return card;
}

function backwardPooledCard(state) {
  const maps = backwardMaps(state, "pooled", ["Pooled map 1", "Pooled map 2"], (map, row, column) =>
    backwardPick(state, 1, [map, row, column]));
  const card = backwardCard("Back to the pooled maps", "backpropagation",
    "Every class has read the cell, and each brings its gradient back through its own weight.", maps.element);
  card.draw = ({ classes, pick, back }) => {
    const [, map, row, column] = pick;
    card.say.replaceChildren(
      make("p", {}, `The cell in ${backwardPlace(row, column)} of pooled map ${map + 1}:`),
      backwardSum(classes, ["∂E/∂z", "weight", "product"], back));
    backwardDrawMaps(state, maps, backwardCell(state.maps, 2, 5, 52), (i) => (i === map ? [row, column] : null));
  };
  return card;
}

// A cell of a map before the pool stands for the window that it is in.
function backwardWindowPick(state, row, column) {
  const [, map] = backwardChosen(state);
  backwardPick(state, 1, [map, Math.min(row >> 1, 4), Math.min(column >> 1, 4)]);
}

// The arrow keys go from window to window.
function backwardWindowMaps(state, name, title) {
  const maps = backwardMaps(state, name, [title], (_, row, column) => backwardWindowPick(state, row, column));
  const { field } = maps.fields[0];
  field.element.onkeydown = (event) => {
    const step = keyStep(event);
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [, , row, column] = backwardChosen(state);
    const clamp = (n) => Math.min(Math.max(n, 0), 4);
    backwardWindowPick(state, 2 * clamp(row + step[0]), 2 * clamp(column + step[1]));
  };
  return maps;
}

function backwardBox({ rows, columns }) {
  return [rows[0], columns[0], rows.at(-1), columns.at(-1)];
}

function backwardPoolCard(state) {
  const maps = backwardWindowMaps(state, "rectified", "Behind ReLU");
  const card = backwardCard("Back through the pool's winner", "pooling",
    "Only the largest value of a window was passed on, so it alone gets the gradient.", maps.element);
  card.draw = ({ pick, window, back }) => {
    const [top, left] = [window.winner[0] - window.rows[0], window.winner[1] - window.columns[0]];
    const table = (text, kind) => make("table", { class: "window number" }, ...window.patch.map((values, r) =>
      make("tr", {}, ...values.map((value, c) => {
        const wins = r === top && c === left;
        return make("td", { class: wins ? "winner" : "", "data-kind": wins ? kind : "" }, text(value, wins));
      }))));
    card.say.replaceChildren(
      make("div", { class: "windows" },
        make("figure", {}, table((value) => backwardText(value), ""), make("figcaption", { class: "caption" }, "Values, forward")),
        make("span", { class: "sign", "aria-hidden": "true" }, "→"),
        make("figure", {}, table((_, wins) => (wins ? backwardText(back.total) : "0"), backwardKind(back.total)),
          make("figcaption", { class: "caption" }, "Gradients, back"))),
      make("p", {}, `The winner is in ${backwardPlace(...window.winner)} of map ${pick[1] + 1}. It gets ${backwardText(back.total)}; the other three get 0.`));
    maps.fields[0].title = `Map ${pick[1] + 1} behind ReLU`;
    backwardDrawMaps(state, maps, backwardCell(state.maps, 1, 10, 36), () => backwardBox(window));
  };
  return card;
}

function backwardReluCard(state) {
  const maps = backwardWindowMaps(state, "convolved", "Before ReLU");
  const card = backwardCard("Back through ReLU", "relu",
    "Where the value was positive, ReLU left it alone, and the gradient passes. Where it was negative, nothing does.", maps.element);
  card.draw = ({ pick, window, before, back, gated }) => {
    const open = before > 0;
    card.say.replaceChildren(
      make("p", {}, `Before ReLU, the winner was ${backwardText(before)}: ${open ? "positive, so the gate is open." : "not positive, so the gate is shut."}`),
      backwardLine(`${backwardText(back.total)} × ${open ? 1 : 0} =`, gated));
    maps.fields[0].title = `Map ${pick[1] + 1} before ReLU`;
    backwardDrawMaps(state, maps, backwardCell(state.maps, 1, 10, 36), () => backwardBox(window));
  };
  return card;
}

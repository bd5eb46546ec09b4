// The confusion matrix: a row a class, a column an answer. Its cells are buttons that show their
// pictures; the arrow keys go from cell to cell.

function trainingMistakes(state, message) {
  const { header } = message;
  const { labels } = header;
  const form = JSON.stringify(labels);
  if (state.form !== form || !state.matrix) {
    state.form = form;
    state.matrix = null;
    if (!labels.length) {
      state.root.replaceChildren(make("p", { class: "quiet" }, "Nothing has been judged yet."));
      return;
    }
    mistakesBuild(state, labels);
  }
  const { matrix } = state;
  setText(matrix.said, `After step ${header.step.toLocaleString("en")}: ${trainingPercent(header.accuracy)} of `
    + `${header.pictures_judged.toLocaleString("en")} held-out pictures right. Press a number to see its pictures.`);
  header.confusion.forEach((counts, row) => counts.forEach((count, column) => {
    const { pictures, precision, recall } = header.classes[row];
    const button = matrix.cells[row][column];
    const share = pictures ? count / pictures : 0;
    setText(button, String(count));
    button.style.setProperty("--share", share.toFixed(3));
    button.classList.toggle("none", count === 0);
    button.setAttribute("aria-label", `${labels[row]} taken for ${labels[column]}: ${count} of ${pictures}`);
    const chosen = header.cell !== null && header.cell[0] === row && header.cell[1] === column;
    button.setAttribute("aria-pressed", String(chosen));
    setText(matrix.figures[row][0], trainingPercent(recall));
    setText(matrix.figures[row][1], trainingPercent(precision));
    setText(matrix.figures[row][2], String(pictures));
  }));
  setText(matrix.title, header.title);
  matrix.worst.hidden = header.cell === null;
  mistakesPictures(state, message);
}

function mistakesBuild(state, labels) {
  const cells = labels.map(() => labels.map(() => make("button", { type: "button", tabindex: "-1" })));
  cells[0][0].tabIndex = 0;
  const figures = labels.map(() => [make("td"), make("td"), make("td")]);
  const side = { class: "side", scope: "col" };
  const head = make("tr", {}, make("th", { scope: "col" }, "class"),
    ...labels.map((label) => make("th", { scope: "col", title: label }, label)),
    make("th", { ...side, title: "Share of the class that was recognised" }, "recall", why("recall")),
    make("th", { ...side, title: "Share of these answers that were right" }, "precision", why("precision")),
    make("th", side, "pictures"));
  const rows = labels.map((label, row) => make("tr", {}, make("th", { scope: "row", title: label }, label),
    ...cells[row].map((button, column) => make("td", { class: row === column ? "right" : "" }, button)), ...figures[row]));
  const said = make("span"), caption = make("p", { class: "quiet" }, said, why("confusion"));
  const table = make("table", { class: "number", "aria-label": "Confusion matrix: a row for each class, a column for each answer" }, make("thead", {}, head), make("tbody", {}, ...rows));
  const title = make("h3", { "aria-live": "polite" });
  const worst = make("button", { type: "button" }, "Show the worst mistakes");
  const pictures = make("div", { class: "pictures" });
  state.root.replaceChildren(caption, make("div", { class: "judged" }, make("div", { class: "matrix" }, table),
    make("section", {}, make("div", { class: "top" }, title, worst), pictures)));
  state.matrix = { said, cells, figures, title, worst, pictures };
  worst.onclick = () => sendEdit(state.component, { op: "worst" });
  cells.forEach((line, row) => line.forEach((button, column) => {
    button.onclick = () => {
      const pressed = button.getAttribute("aria-pressed") === "true";
      sendEdit(state.component, pressed ? { op: "worst" } : { op: "cell", row, column });
    };
    button.onfocus = () => {
      for (const each of cells.flat()) each.tabIndex = each === button ? 0 : -1;
    };
    button.onkeydown = (event) => {
      const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
      const next = step && cells[row + step[0]]?.[column + step[1]];
      if (!step) return;
      event.preventDefault();
      next?.focus();
    };
  }));
}

function mistakesPictures(state, { header, codes }) {
  const { labels, shape: [rows, columns], table, pictures } = header;
  const each = rows * columns * (table === "rgb" ? 3 : 1);
  const all = pictures.length ? codes(0, each * pictures.length) : null;
  state.matrix.pictures.replaceChildren(...pictures.map(({ number, target, answer, share, loss }, i) => {
    const canvas = make("canvas", { role: "img",
      "aria-label": `Held-out picture ${number + 1}: ${labels[target]}, taken for ${labels[answer]}` });
    paintCodes(canvas, all.subarray(i * each, (i + 1) * each), rows, columns, table);
    return make("figure", { title: `Held-out picture ${number + 1}, loss ${show(loss)}` }, canvas,
      make("figcaption", {}, target === answer ? labels[target] : `${labels[target]} → ${labels[answer]}`,
        make("span", { class: "quiet number" }, ` ${trainingPercent(share, 0)}`)));
  }));
}

// The matrices of an exercise: tables that a screen reader can walk through.

const EXERCISE_LARGEST = 13; // a size beyond is written, not drawn cell by cell

function exerciseNumber(value) {
  return String(value).replace("-", "−");
}

// marks: found, the answer; lit, rows and columns of the window; unveiled, the padding's numbers too;
// signed, coloured by sign; greyed(row, column); asked, for a size.
function exerciseTable(matrix, marks = {}) {
  const [rows, columns] = matrix.shape;
  if (!matrix.values.length) return exerciseShape(matrix, marks);
  const lit = (r, c) => marks.lit?.[0].includes(r) && marks.lit[1].includes(c);
  const table = make("table", { "aria-label": `${matrix.name}, ${rows} rows, ${columns} columns` });
  matrix.values.forEach((values, r) => {
    const row = make("tr");
    values.forEach((value, c) => {
      const cell = make("td", { class: lit(r, c) ? "lit" : "" });
      const ring = r < matrix.ring || c < matrix.ring
        || r >= rows - matrix.ring || c >= columns - matrix.ring;
      if (ring) cell.dataset.kind = "padding";
      if (marks.signed) cell.dataset.kind = value > 0 ? "plus" : value < 0 ? "minus" : "zero";
      if (marks.greyed?.(r, c)) cell.dataset.kind = "zero";
      if (matrix.marked && matrix.marked[0] === r && matrix.marked[1] === c) cell.dataset.kind = "winner";
      if (value === null) {
        cell.dataset.kind = marks.found === undefined ? "asked" : "found";
        cell.textContent = marks.found === undefined ? "?" : exerciseNumber(marks.found);
      } else if (ring && matrix.veiled && !marks.unveiled) {
        cell.setAttribute("aria-label", "padding, not shown");
      } else {
        cell.textContent = exerciseNumber(value);
      }
      row.append(cell);
    });
    table.append(row);
  });
  return table;
}

// A matrix of which only the size matters: empty cells, or a sheet with its size written on it.
function exerciseShape(matrix, marks) {
  const [rows, columns] = matrix.shape;
  const [high, wide] = [rows - 2 * matrix.ring, columns - 2 * matrix.ring];
  const padding = matrix.ring ? `, with ${matrix.ring} of padding all around` : "";
  const label = `${matrix.name}, ${high} × ${wide} cells${padding}`;
  if (marks.asked) {
    const text = marks.found === undefined ? "?" : exerciseNumber(marks.found);
    return make("div", { class: `sheet ${marks.found === undefined ? "asked" : "found"}`, role: "img",
      "aria-label": `${matrix.name}, of which the size is asked` }, text);
  }
  if (Math.max(rows, columns) > EXERCISE_LARGEST) {
    return make("div", { class: matrix.ring ? "sheet ringed" : "sheet", role: "img", "aria-label": label },
      make("span", {}, `${high} × ${wide}`));
  }
  const table = make("table", { class: "empty", "aria-hidden": "true" });
  for (let r = 0; r < rows; r++) {
    const row = make("tr");
    for (let c = 0; c < columns; c++) {
      const ring = r < matrix.ring || c < matrix.ring
        || r >= rows - matrix.ring || c >= columns - matrix.ring;
      const lit = marks.lit?.[0].includes(r) && marks.lit[1].includes(c);
      row.append(make("td", { class: lit ? "lit" : "", "data-kind": ring ? "padding" : undefined }));
    }
    table.append(row);
  }
  return make("div", { role: "img", "aria-label": label }, table);
}

function exerciseFigure(matrix, marks) {
  const [rows, columns] = matrix.shape.map((n) => n - 2 * matrix.ring);
  const padding = matrix.ring ? `, with ${matrix.ring} of padding all around` : "";
  const size = marks?.asked ? "" : ` ${rows} × ${columns}${padding}`;
  return make("figure", {}, exerciseTable(matrix, marks),
    make("figcaption", {}, make("strong", {}, matrix.name), make("span", { class: "quiet" }, size)));
}

// Picture × kernel → result, the settings over the arrow.
function exerciseStage(task, shown) {
  const { picture, kernel, result } = task;
  const lit = shown.lit ? task.window : undefined;
  const found = shown.finished ? task.answer : undefined;
  const sign = (text) => make("span", { class: "sign", "aria-hidden": "true" }, text);
  const settings = kernel && !kernel.values.length ? task.settings.slice(1) : task.settings;
  const arrow = make("div", { class: "settings" },
    ...settings.map((text) => make("span", {}, text)), sign("→"));
  const second = kernel
    ? [sign("×"), exerciseFigure(kernel, { signed: kernel.values.length > 0 })] : [];
  return [
    exerciseFigure(picture, { lit, unveiled: shown.lit }),
    make("div", { class: "onwards" }, ...second, arrow,
      exerciseFigure(result, { found, asked: !task.hidden })),
  ];
}

// How many cells stand beside and above each other, from which the style sheet finds their size.
function exerciseMeasure(stage, { picture, kernel, result }) {
  const drawn = picture.values.length || Math.max(...picture.shape) <= EXERCISE_LARGEST;
  const [tall, first] = drawn ? picture.shape : [5, 5];
  const rest = (kernel?.shape[1] ?? 0) + Math.max(result.shape[1], 2);
  for (const [name, value] of Object.entries({ tall, first, rest, across: first + rest })) {
    stage.style.setProperty(`--${name}`, value);
  }
}

function exerciseWorking({ tables, lines }) {
  const signs = ["×", "="];
  const weights = tables[1]?.values; // what a weight of zero makes of its cell does not count
  const drawn = tables.flatMap((table, i) => [
    exerciseFigure(table, i === 1 ? { signed: true } : { greyed: (r, c) => weights?.[r][c] === 0 }),
    ...(i < tables.length - 1 ? [make("span", { class: "sign", "aria-hidden": "true" }, signs[i])] : []),
  ]);
  const list = make("ol", {}, ...lines.map((line) => make("li", {}, line)));
  return [...(drawn.length ? [make("div", { class: "tables" }, ...drawn)] : []), list];
}

// Numbers, sums and maps of the section on one backward pass. All numbers are the server's.

const BACKWARD_DIGITS = 4;
const BACKWARD_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// Four decimals; a number that would have only zeros there is written with a power of ten.
function backwardText(value) {
  if (value === 0 || Math.abs(value) >= 0.0005) return show(value, BACKWARD_DIGITS);
  const [digits, power] = value.toExponential(1).split("e-");
  return `${digits.replace("-", "−")}·10⁻${[...power].map((n) => BACKWARD_RAISED[n]).join("")}`;
}

// As a factor: in brackets if it is negative.
function backwardFactor(value) {
  return value < 0 ? `(${backwardText(value)})` : backwardText(value);
}

// A line of a calculation; strings that start with "=" or "≈" end in what it comes to.
function backwardLine(...parts) {
  const result = parts.pop();
  return make("p", { class: "line number" }, ...parts, " ", make("strong", { "data-kind": backwardKind(result) },
    backwardText(result)));
}

function backwardKind(value) {
  return value > 0 ? "plus" : value < 0 ? "minus" : "zero";
}

// What stands between a product of shown factors and its shown value.
function backwardSign(exact, shown) {
  const rounded = Number(show(exact, BACKWARD_DIGITS).replace("−", "-"));
  return Math.abs(rounded - shown) < 1e-9 ? "=" : "≈";
}

function backwardRound(value) {
  return Number(value.toFixed(BACKWARD_DIGITS));
}

// A gradient as a sum over the classes: one row a class, and what they add up to.
function backwardSum(classes, heads, { later, local, terms, total }, chosen = -1) {
  const cells = (...values) => values.map((value) => make("td", {}, value));
  const rows = classes.map((name, i) => make("tr", i === chosen ? { class: "chosen" } : {},
    make("th", { scope: "row" }, name), ...cells(backwardText(later[i]), "×", backwardText(local[i]),
      backwardSign(backwardRound(later[i]) * backwardRound(local[i]), backwardRound(terms[i]))),
    make("td", { "data-kind": backwardKind(terms[i]) }, backwardText(terms[i]))));
  const signs = ["", heads[0], "", heads[1], "", heads[2]].map((head) => make("th", { scope: "col" }, head));
  const foot = make("tr", {}, make("th", { scope: "row" }, "sum"), ...cells("", "", "",
    equals(terms, total, BACKWARD_DIGITS)), make("td", { "data-kind": backwardKind(total) },
    make("strong", {}, backwardText(total))));
  return make("div", { class: "scroll" }, make("table", { class: "sum number" }, make("thead", {}, make("tr", {}, ...signs)),
    make("tbody", {}, ...rows), make("tfoot", {}, foot)));
}

// One map after the other of one name, side by side. choose(map, row, column), if given, makes them to
// be picked from with pointer and keys.
function backwardMaps(state, name, titles, choose) {
  const fields = titles.map((title, map) => {
    const field = makeField(title, choose ? {} : { role: "img", tabindex: false, "aria-roledescription": false });
    const caption = make("figcaption", { class: "caption number" });
    const figure = make("figure", {}, field.element, caption);
    if (choose) backwardChoosing(field, (row, column) => choose(map, row, column));
    return { field, figure, caption, title };
  });
  return { name, fields, element: make("div", { class: "maps" }, ...fields.map(({ figure }) => figure)) };
}

function backwardChoosing(field, choose) {
  field.element.onclick = (event) => {
    const cell = pointedCell(field, event);
    if (cell) choose(...cell);
  };
  field.element.onkeydown = (event) => {
    const step = keyStep(event);
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const { rows, columns } = field.source;
    const [row, column] = field.chosen ?? [0, 0];
    field.chosen = [Math.min(Math.max(row + step[0], 0), rows - 1), Math.min(Math.max(column + step[1], 0), columns - 1)];
    choose(...field.chosen);
  };
}

// marks(map) is the cell to outline, as [row, column] or [top, left, bottom, right], or null. plain maps
// write their values as they are; others in a unit in which the largest has two digits.
function backwardDrawMaps(state, maps, cell, marks, { plain = 0, note = "" } = {}) {
  const { header, message } = state;
  const entries = header.maps[maps.name];
  const largest = Math.max(...entries.map((each) => Math.max(-each.minimum, each.maximum)));
  const power = largest > 0 ? Math.floor(Math.log10(largest)) - 1 : 0;
  maps.fields.forEach(({ field, caption, title }, i) => {
    const entry = entries[i];
    const [rows, columns] = entry.shape;
    const codes = message.codes(entry.codes, rows * columns);
    const values = message.floats(entry.values, rows * columns);
    const table = store.tables[entry.table];
    const write = (value) => (plain ? show(value, plain) : value === 0 ? "" : show(value / 10 ** power, 0));
    const texts = Array.from(values, write);
    const source = { rows, columns, letters: Math.max(...texts.map((text) => text.length)),
      word: (r, c) => table[codes[r * columns + c]], value: (r, c) => texts[r * columns + c] };
    drawField(field, source, [0, 0, rows, columns], cell);
    const mark = marks(i);
    const chosen = mark && mark.length === 2 ? mark : null;
    if (!hasUnsent(state.component)) field.chosen = chosen; // else keys have gone on from here
    if (mark) markField(field, mark.length === 2 ? [...mark, ...mark] : mark, state.accent);
    const range = entry.minimum === entry.maximum ? `all ${backwardText(entry.minimum)}`
      : `${backwardText(entry.minimum)} … ${backwardText(entry.maximum)}`;
    const unit = plain || cell < LETTERS || largest === 0 ? "" : ` · cells × ${backwardUnit(power)}, empty = 0`;
    caption.replaceChildren(make("strong", {}, title), make("span", { class: "quiet" }, ` ${range}${unit}${note}`));
    const at = chosen ? `; chosen: row ${mark[0] + 1}, column ${mark[1] + 1}, ${backwardText(values[mark[0] * columns + mark[1]])}` : "";
    field.element.setAttribute("aria-label", `${title}, ${rows} × ${columns}, from ${backwardText(entry.minimum)} to ${backwardText(entry.maximum)}${at}`);
  });
}

function backwardUnit(power) {
  return power < 0 ? (10 ** power).toFixed(-power) : String(10 ** power);
}

// The largest cell, in pixels, with which so many maps stand side by side in the width.
function backwardCell(width, count, columns, most, gap = 24) {
  return Math.max(12, Math.min(most, Math.floor((width - gap * (count - 1)) / count / columns)));
}

// The error after each step, as a line with a dot at every step.
function backwardCurve(errors) {
  const space = "http://www.w3.org/2000/svg";
  const draw = (tag, attributes, text = "") => {
    const element = document.createElementNS(space, tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  };
  const [left, right, top, bottom] = [46, 312, 16, 142];
  const most = Math.max(...errors, 1e-9), last = errors.length - 1;
  const x = (i) => left + ((right - left) * i) / Math.max(last, 5);
  const y = (error) => bottom - ((bottom - top) * error) / most;
  const label = `Error over ${last} steps: from ${backwardText(errors[0])} to ${backwardText(errors[last])}`;
  const picture = draw("svg", { viewBox: "0 0 324 172", role: "img", "aria-label": label });
  const dot = (error, i) => {
    const mark = draw("circle", { cx: x(i), cy: y(error), r: i === last ? 5 : last > 60 ? 1.5 : 3, class: i === last ? "last" : "" });
    mark.append(draw("title", {}, `after ${i} steps: ${backwardText(error)}`));
    return mark;
  };
  picture.append(
    draw("path", { class: "axis", d: `M${left},${top} V${bottom} H${right}` }),
    draw("text", { x: left - 6, y: top + 5, "text-anchor": "end" }, show(most, 2)),
    draw("text", { x: left - 6, y: bottom + 4, "text-anchor": "end" }, "0"),
    draw("text", { x: left, y: bottom + 20, "text-anchor": "middle" }, "0"),
    draw("text", { x: right, y: bottom + 20, "text-anchor": "end" }, `${Math.max(last, 5)} steps`),
    draw("path", { class: "curve", d: errors.map((error, i) => `${i ? "L" : "M"}${x(i)},${y(error)}`).join(" ") }),
    ...errors.map(dot),
  );
  return picture;
}

// The maps of all rounds, a row a round, and what of each map a pixel reaches or a cell reads.

function connectionsFigure(state, stage) {
  const known = state.figures.get(stage.name);
  if (known) return known;
  const pixels = make("canvas", { class: "pixels", "aria-hidden": "true" });
  const marks = make("canvas", { class: "marks", "aria-hidden": "true" });
  const map = make("div", { class: "field", tabindex: "0", role: "application",
    "aria-roledescription": "map", "data-stage": stage.name }, pixels, marks);
  const title = make("strong"), size = make("span", { class: "size number" }), range = make("span", { class: "quiet number" });
  const figure = make("figure", { class: "stage" }, map, make("figcaption", {}, title, size, range));
  const made = { figure, map, pixels, marks, title, size, range };
  connectionsPointing(state, map, {
    size: () => state.stages.find((s) => s.name === stage.name).shape,
    offset: () => [0, 0],
    target: ([row, column]) => ({ kind: "cell", stage: stage.name, row, column }),
  });
  state.figures.set(stage.name, made);
  return made;
}

// The maps of the first round are those that the page shows everywhere.
function connectionsMap(state, stage) {
  const { header } = state;
  return stage.map ?? header.stages.find((s) => s.name === stage.kind).maps[header.settings.active];
}

function connectionsStages(state) {
  const { message } = state;
  const figures = state.stages.map((stage) => connectionsFigure(state, stage).figure);
  const { grid } = state.view;
  if (figures.length !== grid.children.length || figures.some((f, i) => grid.children[i] !== f)) {
    grid.replaceChildren(...figures);
  }
  state.kinds = state.stages.filter((stage) => stage.round === 1).length;
  for (const stage of state.stages) {
    const { map, pixels, title, size, range } = connectionsFigure(state, stage);
    const entry = connectionsMap(state, stage);
    const [rows, columns] = stage.shape;
    paintCodes(pixels, message.codes(entry.codes, rows * columns * (entry.table === "rgb" ? 3 : 1)),
      rows, columns, entry.table);
    setText(title, stage.title);
    setText(size, `${rows} × ${columns}`);
    setText(range, `${connectionsShow(entry.minimum)} … ${connectionsShow(entry.maximum)}`);
    map.setAttribute("aria-label", `${stage.title}: ${rows} by ${columns} values from `
      + `${connectionsShow(entry.minimum)} to ${connectionsShow(entry.maximum)}. `
      + "Arrow keys choose a cell, with Shift ten further.");
  }
}

// The width of the picture and of the maps, from the view's own.
function connectionsLayout(state) {
  const { view, padded, width, kinds } = state;
  if (!width) return;
  const shape = width >= 880 ? "wide" : width >= 560 ? "middle" : "narrow";
  view.bench.dataset.shape = shape;
  const room = { wide: Math.min(372, width - 660), middle: 290, narrow: Math.min(width, 288) }[shape];
  const scale = room / Math.max(padded.columns, padded.rows);
  state.size = [padded.columns * scale, padded.rows * scale];
  for (const [side, value] of [["width", state.size[0]], ["height", state.size[1]]]) {
    view.picture.style[side] = `${value}px`;
  }
  view.picture.classList.toggle("fine", scale < 1);
  const columns = kinds === 1 ? 2 : kinds;
  const space = { wide: 380, middle: width - 314, narrow: width }[shape] - 10 * (columns - 1);
  const box = Math.min(184, space / columns);
  view.grid.style.gridTemplateColumns = `repeat(${columns}, ${Math.floor(box)}px)`;
  for (const stage of state.stages) {
    const figure = connectionsFigure(state, stage);
    const fit = Math.floor(box) / Math.max(...stage.shape);
    figure.drawn = stage.shape.map((n) => n * fit).reverse();
    figure.map.style.width = `${figure.drawn[0]}px`;
    figure.map.style.height = `${figure.drawn[1]}px`;
    figure.map.classList.toggle("fine", fit < 1);
  }
}

// What is lit in each map: {rows, columns}, null for all of it, or undefined for no part in it.
function connectionsMarks(state, lit) {
  state.stages.forEach((stage, i) => {
    const figure = connectionsFigure(state, stage);
    const [width, height] = figure.drawn;
    const context = overlay(figure.marks, width, height);
    figure.figure.classList.toggle("apart", lit[i] === undefined);
    if (!lit[i]) return;
    const [rows, columns] = stage.shape;
    const cell = width / columns, cellHeight = height / rows;
    const across = connectionsRuns(lit[i].columns, cell), down = connectionsRuns(lit[i].rows, cellHeight);
    context.fillStyle = "rgba(16, 21, 28, .66)";
    context.fillRect(0, 0, width, height);
    for (const [r0, r1] of down) {
      for (const [c0, c1] of across) {
        context.clearRect(c0 * cell, r0 * cellHeight, (c1 - c0 + 1) * cell, (r1 - r0 + 1) * cellHeight);
      }
    }
    connectionsOutlines(context, down, across, cell, cellHeight, state.accent);
  });
}

// Choosing a cell, by mouse, touch or keyboard, and marking what it was made from.

// Lets a map choose cells; where() says which stage and filter the map shows.
function pipelinePointing(state, map, where) {
  const choose = (event) => {
    const box = map.getBoundingClientRect();
    const [rows, columns] = state.shown.find((s) => s.name === where().stage).shape;
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    if (row < 0 || column < 0 || row >= rows || column >= columns) return;
    chooseCell(state, { ...where(), row, column });
  };
  map.onpointermove = (event) => {
    if (event.pointerType === "touch") return;
    state.pointer = { event, choose };
    if (!state.frame) {
      state.frame = requestAnimationFrame(() => {
        state.frame = 0;
        state.pointer.choose(state.pointer.event);
      });
    }
  };
  map.onclick = choose;
  map.onkeydown = (event) => {
    const step = event.shiftKey ? 10 : 1;
    const moves = { ArrowUp: [-step, 0], ArrowDown: [step, 0], ArrowLeft: [0, -step], ArrowRight: [0, step],
      PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -Infinity], End: [0, Infinity] };
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return enlarge(state, where().stage);
    }
    if (event.key === "Escape" && state.large) return enlarge(state, state.large);
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const here = where();
    const [rows, columns] = state.shown.find((s) => s.name === here.stage).shape;
    const start = state.cell && state.cell.stage === here.stage ? state.cell : cellIn(state, here.stage);
    chooseCell(state, { ...here,
      row: Math.min(Math.max(start.row + move[0], 0), rows - 1),
      column: Math.min(Math.max(start.column + move[1], 0), columns - 1) });
    announce(state);
  };
}

// The chosen cell as it appears in a stage: where the keyboard starts when it comes to another map.
function cellIn(state, stage) {
  const found = state.found;
  if (stage === "pooling") return found.pool ?? { row: 0, column: 0 };
  if (stage !== PICTURE_STAGE) return found;
  const middle = (state.header.settings.kernel - 1) >> 1;
  return { row: Math.max(0, found.window.rows[middle]), column: Math.max(0, found.window.columns[middle]) };
}

function chooseCell(state, cell) {
  state.cell = cell;
  clearTimeout(state.keeping);
  state.keeping = setTimeout(() => remember("pipeline", state.cell), 300);
  const { settings } = state.header;
  const channels = summedChannels(state);
  const [row, column] = representative(settings, state.picture, cell.filter, cell.stage, cell.row,
    cell.column, channels);
  state.found = chain(settings, state.picture, cell.filter, row, column, channels,
    cell.stage === "pooling" ? [cell.row, cell.column] : undefined);
  drawInspector(state);
  drawMarks(state);
}

// After new values from the server: the same cell, if it still is one, else a cell worth looking at.
function keepCell(state) {
  const { settings } = state.header;
  const stage = state.cell && state.shown.find((s) => s.name === state.cell.stage);
  const inside = stage && state.cell.row < stage.shape[0] && state.cell.column < stage.shape[1];
  const moved = state.lastActive !== settings.active;
  state.lastActive = settings.active;
  if (inside && state.cell.filter < settings.filters.length) {
    return chooseCell(state, { ...state.cell, filter: moved ? settings.active : state.cell.filter });
  }
  const first = state.header.stages[0];
  const entry = first.maps[settings.active];
  const [rows, columns] = entry.shape;
  const depth = entry.table === "rgb" ? 3 : 1;
  const codes = state.message.codes(entry.codes, rows * columns * depth);
  // The strongest cell of the middle, where the eye is; the border often is an artefact.
  const best = { code: -1, row: 0, column: 0 };
  for (let row = rows >> 2; row < rows - (rows >> 2); row++) {
    for (let column = columns >> 2; column < columns - (columns >> 2); column++) {
      const code = codes[depth * (row * columns + column)];
      if (code > best.code) Object.assign(best, { code, row, column });
    }
  }
  chooseCell(state, { stage: "convolution", filter: settings.active, row: best.row, column: best.column });
}

function drawMarks(state) {
  const { found, cell } = state;
  const { settings } = state.header;
  const colour = state.accent;
  const reach = settings.dilation * (settings.kernel - 1);
  const boxOf = ([row, column]) => {
    const top = row * settings.stride - settings.pads[0], left = column * settings.stride - settings.pads[2];
    return [top, left, top + reach, left + reach];
  };
  const pool = found.pool && [...found.pool.cells[0], ...found.pool.cells.at(-1)];
  const own = [found.row, found.column, found.row, found.column];
  const marks = { input: [], convolution: [own], activation: [own], pooling: [] };
  if (found.pool) {
    const { row, column, cells } = found.pool;
    marks.pooling.push([row, column, row, column]);
    marks.convolution.push(pool);
    marks.activation.push(pool);
    if (cell.stage === "pooling") {
      marks.input.push([...boxOf(cells[0]).slice(0, 2), ...boxOf(cells.at(-1)).slice(2)]);
    }
  }
  marks.input.push(boxOf([found.row, found.column]));
  // An edit changes values, not places: then only what says values is drawn anew.
  const places = JSON.stringify([cell, own, found.pool && [found.pool.row, found.pool.column],
    { ...settings, filters: settings.filters.length }, state.layout, colour]);
  const moved = places !== state.places;
  state.places = places;
  for (const stage of state.shown) {
    const view = pipelineStage(state, stage.name);
    const [width, height] = view.size;
    const [rows, columns] = stage.shape;
    const other = cell.filter !== settings.active && stage.name !== PICTURE_STAGE;
    tagValue(state, stage, view, other ? undefined : marks[stage.name][0]);
    if (!moved && width / columns < LEAST_CELL) continue;
    const context = overlay(view.marks, width, height);
    writeNumbers(state, stage, context, width, height);
    if (other) continue;
    for (const box of marks[stage.name]) outline(context, box, rows, columns, width, height, colour);
    if (stage.name === PICTURE_STAGE && settings.dilation > 1) taps(state, context, width, height, colour);
  }
  if (moved) bankMarks(state, marks, colour);
}

// The marked cell's value beside its mark, where it is not written into the cell anyway.
function tagValue(state, stage, view, box) {
  const { found } = state;
  const [width, height] = view.size;
  const [rows, columns] = stage.shape;
  const values = { convolution: found.window.value, activation: found.activated, pooling: found.pool?.value };
  const value = values[stage.name];
  const shown = value !== undefined && box && width / columns < LEAST_CELL && width >= 150;
  view.tag.hidden = !shown;
  if (!shown) return;
  setText(view.tag, show(value));
  const [top, , bottom, right] = box;
  const x = ((right + 1) * width) / columns + 8, above = (top * height) / rows - 28;
  const y = above < 2 ? ((bottom + 1) * height) / rows + 6 : above;
  // At the right edge it ends there; moving it by a transform costs no layout.
  const place = x > width - 64 ? `translate(${width}px, ${y}px) translateX(-100%)` : `translate(${x}px, ${y}px)`;
  if (view.tag.style.transform !== place) view.tag.style.transform = place;
}

// With dilation the window has gaps: only these cells count.
function taps(state, context, width, height, colour) {
  const { rows, columns } = state.picture;
  context.fillStyle = colour;
  for (const r of state.found.window.rows) {
    for (const c of state.found.window.columns) {
      if (r === OUTSIDE || c === OUTSIDE) continue;
      context.fillRect((c * width) / columns, (r * height) / rows,
        Math.max(1.5, width / columns), Math.max(1.5, height / rows));
    }
  }
}

function writeNumbers(state, stage, context, width, height) {
  const [rows, columns] = stage.shape;
  const { picture, header, message } = state;
  if (stage.name === PICTURE_STAGE) {
    if (picture.channels > 1) return;
    const values = Array.from(picture.pixels, (code) => code / 255);
    return rows * columns <= 1024
      && writeValues(context, values, picture.pixels, rows, columns, "grey", width, height);
  }
  const entry = stage.maps[header.settings.active];
  if (entry.values === undefined) return;
  writeValues(context, message.floats(entry.values, rows * columns),
    message.codes(entry.codes, rows * columns), rows, columns, entry.table, width, height);
}

// The whole map, small, with a frame around the region that is read.

function numbersOverview(state) {
  const pixels = make("canvas", { class: "pixels", "aria-hidden": "true" });
  const marks = make("canvas", { class: "marks", "aria-hidden": "true" });
  const map = make("div", { class: "map", tabindex: "0", role: "application", "aria-roledescription": "map" },
    pixels, marks);
  state.overview = { map, pixels, marks, grip: null };
  const cellAt = (event) => {
    const box = map.getBoundingClientRect();
    return [Math.floor(((event.clientY - box.top) / box.height) * state.now.rows),
      Math.floor(((event.clientX - box.left) / box.width) * state.now.columns)];
  };
  map.onpointerdown = (event) => {
    if (event.button) return;
    map.setPointerCapture(event.pointerId);
    const [row, column] = cellAt(event);
    const { top, left, rows, columns } = state;
    const held = row >= top && row < top + rows && column >= left && column < left + columns;
    // The frame is held where it was touched; beside it, its middle comes to the pointer.
    state.overview.grip = held ? [row - top, column - left] : [rows >> 1, columns >> 1];
    if (!held) numbersGoTo(state, row - (rows >> 1), column - (columns >> 1));
  };
  map.onpointermove = (event) => {
    const { grip } = state.overview;
    if (!grip) return;
    const [row, column] = cellAt(event);
    state.aim = [row - grip[0], column - grip[1]];
    state.frame ||= requestAnimationFrame(() => {
      state.frame = 0;
      numbersGoTo(state, ...state.aim);
    });
  };
  map.onpointerup = map.onpointercancel = () => { state.overview.grip = null; };
  map.onkeydown = (event) => {
    const step = keyStep(event);
    if (!step) return;
    event.preventDefault();
    numbersGoTo(state, state.top + step[0], state.left + step[1]);
    numbersSay(state, `${numbersPlace(state)} of ${state.now.title}`);
  };
  return map;
}

function numbersGoTo(state, top, left) {
  const before = [state.top, state.left];
  numbersMove(state, top, left);
  if (state.top !== before[0] || state.left !== before[1]) numbersRegion(state);
}

function numbersPlace({ top, left, rows, columns }) {
  return `rows ${top + 1} to ${top + rows}, columns ${left + 1} to ${left + columns}`;
}

function numbersPaintOverview(state, side) {
  const { overview, now, header, message, picture } = state;
  const scale = side / Math.max(now.rows, now.columns);
  overview.size = [now.columns, now.rows].map((n) => Math.max(1, Math.round(n * scale)));
  overview.map.style.width = `${overview.size[0]}px`;
  overview.map.style.height = `${overview.size[1]}px`;
  overview.map.classList.toggle("crisp", scale > 1.5);
  const key = now.name === PICTURE_STAGE ? header.picture : `${now.name} ${header.version}`;
  if (overview.key === key) return;
  overview.key = key;
  if (now.name === PICTURE_STAGE) paintPicture(overview.pixels, picture);
  else {
    const entry = header.stages.find((stage) => stage.name === now.name).maps[header.settings.active];
    const codes = message.codes(entry.codes, now.rows * now.columns * (entry.table === "rgb" ? 3 : 1));
    paintCodes(overview.pixels, codes, now.rows, now.columns, entry.table);
  }
  overview.map.setAttribute("aria-label", `${numbersTitle(state)}: ${now.rows} by ${now.columns} values. `
    + "Arrow keys move the frame, with Shift ten cells at a time.");
}

function numbersMarkOverview(state) {
  const { overview: { marks, size }, now, top, left, rows, columns, row, column } = state;
  const context = overlay(marks, ...size);
  const box = [top, left, top + rows - 1, left + columns - 1];
  numbersGuides(context, box, now, size);
  outline(context, box, now.rows, now.columns, ...size, state.accent);
  const [width, height] = [size[0] / now.columns, size[1] / now.rows];
  const side = Math.max(3, width);
  context.fillStyle = state.accent;
  context.strokeStyle = "#fff";
  const corner = [(column + 0.5) * width - side / 2, (row + 0.5) * height - side / 2];
  if (width > 8) context.strokeRect(...corner, side, side);
  else context.fillRect(...corner, side, side);
}

// Lines from the edges to the frame, which is a speck on a large map.
function numbersGuides(context, [top, left, bottom, right], { rows, columns }, [width, height]) {
  const x = ((left + right + 1) / 2 / columns) * width, y = ((top + bottom + 1) / 2 / rows) * height;
  const [halfWidth, halfHeight] = [Math.max(4, ((right - left + 1) / 2 / columns) * width),
    Math.max(4, ((bottom - top + 1) / 2 / rows) * height)];
  const lines = [[0, y, x - halfWidth, y], [x + halfWidth, y, width, y],
    [x, 0, x, y - halfHeight], [x, y + halfHeight, x, height]];
  for (const [colour, thick] of [["rgb(0 0 0 / 30%)", 3], ["rgb(255 255 255 / 85%)", 1]]) {
    context.strokeStyle = colour;
    context.lineWidth = thick;
    context.beginPath();
    for (const [fromX, fromY, toX, toY] of lines) {
      if (toX < fromX || toY < fromY) continue;
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
    }
    context.stroke();
  }
}

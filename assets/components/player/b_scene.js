// Drawing the player: the fields of input and output, the window that slides, the cells that fill in.

const PLAYER_PAPER = 0x00000000; // see-through: a cell that is not made yet shows the paper

function playerFieldSource(state, name) {
  const { play } = state;
  if (name !== PICTURE_STAGE) return stageSource(state, name);
  const channel = state.header.settings.colour === "each" && play.channel === null ? state.part : play.channel;
  return pictureSource(state, channel ?? undefined);
}

// What the output field shows: only what has been made so far, and not what is asked for.
function playerHidden(state, source) {
  const { play } = state;
  const made = (row, column) => {
    const [top, left, , columns] = play.region;
    const index = (row - top) * columns + column - left;
    return index < play.step || (index === play.step && !playerAsking(state));
  };
  return {
    rows: source.rows, columns: source.columns,
    word: (row, column) => (made(row, column) ? source.word(row, column) : PLAYER_PAPER),
    value: (row, column) => (made(row, column) ? source.value(row, column) : undefined),
  };
}

// Large kernels need the whole width for their arithmetic: it stands below the fields then.
function playerIsBelow(state) {
  return state.play.stage === "convolution" && state.header.settings.kernel > 3;
}

// The width that a field of so many columns may have, from the width of the view.
function playerFieldWidth(state, columns) {
  const { width, play } = state;
  // On a phone both stand side by side, with cells of one size.
  if (width < PLAYER_PHONE) return ((width - 14) * columns) / (play.input[3] + play.region[3]);
  if (width < 900) return Math.floor((width - 40) / 2);
  const three = play.stage === "convolution" && summedChannels(state).length > 1; // their windows need room
  return Math.floor(Math.min(width * (playerIsBelow(state) ? 0.38 : three ? 0.26 : 0.28), 620));
}

function playerCellSize(state, box, most) {
  const size = Math.min(most / box[3], playerHeight(state) / box[2]);
  return size >= 4 ? Math.min(document.fullscreenElement ? 110 : 56, Math.floor(size)) : size;
}

function playerHeight(state) {
  const below = playerIsBelow(state) ? 180 : 0;
  return Math.max(270, document.fullscreenElement ? innerHeight - 330 - below : Math.min(440, innerHeight - 420 - below));
}

// Draws everything anew: after a message, another stage, region, mode or width.
function playerScene(state) {
  const { play, scene } = state;
  const chain = play.stage === PLAYER_CHAIN;
  scene.element.classList.toggle("chain", chain);
  if (chain) return playerChainScene(state);
  play.input = playerInputBox(state, play.stage, play.region);
  const cell = playerCellSize(state, play.input, playerFieldWidth(state, play.input[3]));
  const outMost = playerCellSize(state, play.region, playerFieldWidth(state, play.region[3]));
  const outCell = Math.max(cell, Math.min(outMost, cell * 1.25));
  scene.element.classList.toggle("below", playerIsBelow(state));
  const from = playerSource(state, play.stage);
  drawField(scene.input.field, playerFieldSource(state, from), play.input, cell, playerDigits(state, from));
  scene.source = playerFieldSource(state, play.stage);
  playerOutput(state, play.mode === "skim" ? outMost : outCell);
  for (const { element, field } of [scene.input, scene.output]) {
    element.style.width = state.width < PLAYER_PHONE ? field.element.style.width : "";
  }
  const title = (name) => (name === PICTURE_STAGE ? "Input" : playerStage(state, name).title);
  playerCaption(state, scene.input, title(from), from, play.input);
  playerCaption(state, scene.output, title(play.stage), play.stage, play.region);
  playerOverview(state);
  playerMarks(state);
}

function playerCaption(state, side, title, name, box) {
  setText(side.title, title);
  const [rows, columns] = playerShape(state, name);
  const padded = box[0] < 0 || box[1] < 0 || box[0] + box[2] > rows || box[1] + box[3] > columns;
  const part = box[2] < rows || box[3] < columns
    ? ` · rows ${Math.max(1, box[0] + 1)}–${Math.min(rows, box[0] + box[2])}, columns ${Math.max(1, box[1] + 1)}–${Math.min(columns, box[1] + box[3])}` : "";
  const size = state.play.sizeAsked && side === state.scene.output ? "? × ?" : `${rows} × ${columns}`;
  setText(side.line, `${size}${part}${padded ? " · striped: padding" : ""}`);
  side.field.element.setAttribute("aria-label", `${title}: ${size} values${part}. `
    + (state.play.mode === "skim" ? "Arrow keys and Enter pick a place to look at closely."
      : "The arrow keys go from step to step."));
}

// The output as far as it has been made.
function playerOutput(state, cell = state.scene.output.field.cell) {
  const { play, scene } = state;
  if (play.mode !== "skim") {
    drawField(scene.output.field, playerHidden(state, scene.source), play.region, cell, playerDigits(state, play.stage));
    return;
  }
  // Rows are revealed by copying them; nothing is painted twice.
  const { rows, columns } = scene.source;
  const { field } = scene.output;
  const hidden = { rows, columns, word: () => PLAYER_PAPER, value: () => undefined };
  drawField(field, hidden, play.region, cell);
  const words = new Uint32Array(rows * columns);
  for (let at = 0, row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) words[at] = scene.source.word(row, column);
  }
  scene.image = new ImageData(new Uint8ClampedArray(words.buffer), columns, rows);
  scene.context = field.pixels.getContext("2d");
  scene.made = 0;
  playerReveal(state);
}

// Brings the output from the step that it shows to the step that is played.
function playerReveal(state, before = state.play.step) {
  const { play, scene } = state;
  if (play.mode === "skim") {
    const made = play.step + (playerAsking(state) ? 0 : 1);
    const columns = play.region[3];
    if (made > scene.made) scene.context.putImageData(scene.image, 0, 0, 0, scene.made, columns, made - scene.made);
    if (made < scene.made) scene.context.clearRect(0, made, columns, scene.made - made);
    scene.made = made;
    return;
  }
  const [first, last] = [Math.min(before, play.step), Math.max(before, play.step)];
  for (let step = first; step <= last; step++) {
    redrawCell(scene.output.field, ...playerCell(play.mode, play.region, step, play.place));
  }
}

// The window on the input and the cell on the output.
function playerMarks(state) {
  const { play, scene, accent } = state;
  const [row, column] = playerCell(play.mode, play.region, play.step, play.place);
  const { input, output } = scene;
  clearMarks(input.field);
  clearMarks(output.field);
  const window = playerWindow(state, play.stage, row, column);
  if (play.mode === "skim") {
    // The whole row is made in one step: a band of windows.
    const [, left] = playerWindow(state, play.stage, row, play.region[1]);
    const [, , , right] = playerWindow(state, play.stage, row, play.region[1] + play.region[3] - 1);
    markField(input.field, [window[0], left, window[2], right], accent, 1);
  }
  playerTaps(state, window);
  markField(input.field, window, accent, play.mode === "skim" ? 2 : 3);
  markField(output.field, [row, column, row, column], accent, 3);
  if (playerAsking(state)) playerUnknown(output.field, row, column, accent);
  if (play.stage === "pooling") {
    const made = state.made;
    if (made && made.winner >= 0 && !playerAsking(state) && input.field.cell >= 12) {
      const [r, c] = made.cells[made.winner];
      markField(input.field, [r, c, r, c], "#ffd21f", 3);
    }
  }
}

// The cell that is asked for.
function playerUnknown({ marks, cell, box: [top, left] }, row, column, colour) {
  const context = marks.getContext("2d");
  context.font = `700 ${Math.min(26, cell * 0.6)}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colour;
  context.fillText("?", (column - left + 0.5) * cell, (row - top + 0.5) * cell + 1);
}

// The cells of the window that count, with the weight that each is multiplied with, as in the
// well-known animation: small, in the corner.
function playerTaps(state, window) {
  const { play, scene: { input: { field } }, header: { settings } } = state;
  if (play.stage !== "convolution" || field.cell < 12) return;
  const { weight } = settings.filters[settings.active];
  // Not over the values, where those are written into small cells.
  const written = field.cell >= (field.source.value(0, 0) === undefined ? LETTERS : 36);
  const context = field.marks.getContext("2d");
  const { cell, box: [top, left] } = field;
  for (let i = 0; i < settings.kernel; i++) {
    for (let j = 0; j < settings.kernel; j++) {
      const x = (window[1] + j * settings.dilation - left) * cell, y = (window[0] + i * settings.dilation - top) * cell;
      context.fillStyle = "rgba(255, 180, 60, .2)";
      context.fillRect(x, y, cell, cell);
      if (!written) continue;
      const text = `×${playerShort(weight[i * settings.kernel + j])}`;
      context.font = `600 ${Math.min(13, cell * 0.3)}px ui-monospace, monospace`;
      const wide = context.measureText(text).width + 4, tall = Math.min(15, cell * 0.36);
      context.fillStyle = weight[i * settings.kernel + j] === 0 ? "rgba(90, 90, 90, .85)" : "rgba(150, 30, 10, .92)";
      context.fillRect(x + cell - wide, y + cell - tall, wide, tall);
      context.fillStyle = "#fff";
      context.textAlign = "right";
      context.textBaseline = "bottom";
      context.fillText(text, x + cell - 2, y + cell);
    }
  }
}

// The whole input, small, with a frame around what is seen close; moving the frame moves the region.
function playerOverview(state) {
  const { play, scene } = state;
  const shown = play.mode === "close" && play.stage !== PLAYER_CHAIN;
  scene.overview.holder.hidden = !shown;
  if (!shown) return;
  const { field } = scene.overview;
  const from = playerSource(state, play.stage);
  const [rows, columns] = playerShape(state, from);
  const key = [from, from === PICTURE_STAGE ? state.header.picture : state.header.version, play.channel, state.part].join();
  if (scene.overviewKey !== key) {
    drawField(field, playerFieldSource(state, from), [0, 0, rows, columns], 110 / Math.max(rows, columns), 0);
  }
  scene.overviewKey = key;
  clearMarks(field);
  const [top, left, tall, wide] = play.input;
  markField(field, [top, left, top + tall - 1, left + wide - 1], state.accent, 2);
  field.element.setAttribute("aria-label", `Where to look closely: rows ${Math.max(0, top) + 1} to `
    + `${Math.min(rows, top + tall)}, columns ${Math.max(0, left) + 1} to ${Math.min(columns, left + wide)} of ${rows} by ${columns}. The arrow keys move it, with Shift ten cells at a time.`);
}

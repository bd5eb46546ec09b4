// One cell's chain: from a cell of the last map back to the windows it was made from, and forward again.

// A field for the picture and each map, large enough for what the chain touches.
function playerChainScene(state) {
  const { play, scene } = state;
  const names = [PICTURE_STAGE, ...state.header.stages.map((stage) => stage.name)];
  if (scene.chainKey !== names.join()) {
    scene.chainKey = names.join();
    scene.links = names.map((name) => playerSide(name));
    scene.chain.replaceChildren(...scene.links.map((link) => link.element));
    for (const link of scene.links) playerPicking(state, link.field, () => link.name);
  }
  const share = (state.width < 640 ? state.width / 2 : state.width / names.length) - 14;
  for (const link of scene.links) {
    link.box = playerChainBox(state, link.name);
    const cell = Math.min(44, share / link.box[3], 230 / link.box[2]);
    drawField(link.field, playerFieldSource(state, link.name), link.box, cell >= 4 ? Math.floor(cell) : cell, playerDigits(state, link.name));
    link.element.style.width = `${Math.max(link.box[3] * link.field.cell, Math.min(share, 110))}px`;
    playerCaption(state, link, link.name === PICTURE_STAGE ? "Input" : playerStage(state, link.name).title, link.name, link.box);
  }
  playerOverview(state);
  playerChainMarks(state);
}

// What is drawn of a map: all of it if it is small, else what the chain touches and a cell around it.
function playerChainBox(state, name) {
  const shape = playerShape(state, name);
  if (Math.max(...shape) <= PLAYER_MOST) return [0, 0, ...shape];
  const marks = playerChainCells(state, name);
  return [0, 1].map((axis) => {
    const low = Math.min(...marks.map((mark) => mark[axis])), high = Math.max(...marks.map((mark) => mark[2 + axis]));
    const spare = Math.max(1, (7 - (high - low + 1)) >> 1);
    return [low - spare, high - low + 1 + 2 * spare];
  }).reduce((box, [first, count], axis) => {
    const padded = name === PICTURE_STAGE ? Math.max(...state.header.settings.pads) : 0;
    const from = Math.max(first, -padded), to = Math.min(first + count, shape[axis] + padded);
    box[axis] = from;
    box[2 + axis] = to - from;
    return box;
  }, [0, 0, 0, 0]);
}

// The cells of a map that belong to the chain, as boxes.
function playerChainCells(state, name) {
  const { place } = state.play;
  const { settings, stages } = state.header;
  const pooling = stages.some((stage) => stage.name === "pooling");
  if (name === "pooling") return [[...place, ...place]];
  const cells = pooling ? poolCells(settings, ...place) : [place];
  return name === PICTURE_STAGE ? cells.map((cell) => playerWindow(state, "convolution", ...cell))
    : cells.map((cell) => [...cell, ...cell]);
}

function playerChainMarks(state) {
  const { play, scene, accent } = state;
  const step = play.steps[play.step];
  const pooling = play.steps[0].stage === "pooling";
  for (const link of scene.links) {
    clearMarks(link.field);
    const boxes = playerChainCells(state, link.name);
    if (pooling && link.name !== "pooling" && link.name !== PICTURE_STAGE) {
      markField(link.field, [...boxes[0].slice(0, 2), ...boxes.at(-1).slice(2)], "#8a8a8a", 1);
    }
    const reads = link.name === playerSource(state, step.stage);
    if (link.name === step.stage) markField(link.field, [...step.cell, ...step.cell], accent, 3);
    else if (reads) markField(link.field, playerWindow(state, step.stage, ...step.cell), accent, 3);
    link.element.classList.toggle("now", link.name === step.stage || reads);
  }
  const first = play.step === 0 && pooling;
  setText(scene.chainLine, first ? "The way back: this value is made from the pooling window, each of its values from one activation, "
    + "and each activation from one window of the picture. Go forward step by step."
    : `Step ${play.step + 1} of ${play.steps.length}: ${playerStage(state, step.stage).title}`);
}

// Picking the cell of the last map, on any of the fields.
function playerPicking(state, field, name) {
  field.element.onclick = (event) => {
    const cell = pointedCell(field, event);
    if (cell) playerPick(state, name(), cell);
  };
}

// Takes a cell of any map to the player: to the step that makes it, or, where the whole map is skimmed
// or the cell lies elsewhere, to a look at its surroundings.
function playerPick(state, name, cell, moves = false) {
  const { play } = state;
  const { settings, stages } = state.header;
  const last = stages.at(-1).name;
  const target = play.stage === PLAYER_CHAIN ? last : play.stage;
  let place = cell;
  if (name === PICTURE_STAGE) {
    place = representative(settings, state.picture, settings.active, PICTURE_STAGE, ...cell, summedChannels(state));
    name = "convolution";
  }
  if (target === "pooling" && name !== "pooling") place = place.map((v) => Math.floor(v / settings.pool_stride));
  const shape = playerShape(state, target);
  place = place.map((v, axis) => Math.min(Math.max(v, 0), shape[axis] - 1));
  const [top, left, rows, columns] = play.region;
  const [down, across] = [place[0] - top, place[1] - left];
  if (!moves && ["all", "close"].includes(play.mode) && down >= 0 && across >= 0 && down < rows && across < columns) {
    if (play.playing) playerToggle(state);
    return playerGo(state, down * columns + across, true);
  }
  play.place = place;
  if (play.mode === "skim") play.large = "close";
  play.step = 0;
  playerRefresh(state);
}

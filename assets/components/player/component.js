// The view "Watch it happen": a stage of the layer, played step by step. Called on every new message,
// with the DOM that it made before.

function player(component) {
  openView(component, "player", playerBegin, playerDraw);
}

function playerBegin(state) {
  const kept = recall("player") ?? {};
  state.part = 0;
  state.play = { stage: "convolution", large: "close", place: null, step: 0, speed: 1, decimals: 2, channel: null, ask: false,
    known: -1, playing: false, ...playerKept(kept) };
  playerBuild(state);
  state.resized = () => playerRefresh(state);
  state.root.onkeydown = (event) => playerKey(state, event);
  // Keys also work while nothing has the focus.
  const anywhere = (event) => {
    if (!state.root.isConnected) return document.removeEventListener("keydown", anywhere);
    if (event.target === document.body) playerKey(state, event);
  };
  document.addEventListener("keydown", anywhere);
  state.root.onfullscreenchange = () => {
    const full = Boolean(document.fullscreenElement);
    state.root.classList.toggle("full", full);
    setText(state.bar.large, full ? "Leave full screen" : "Full screen");
    playerRefresh(state);
  };
}

// What was kept of the visit before, as far as it is what the player can use.
function playerKept({ stage, large, place, step, speed, decimals }) {
  const kept = {};
  if (typeof stage === "string") kept.stage = stage;
  if (large === "skim") kept.large = large;
  if (Array.isArray(place) && place.length === 2 && place.every(Number.isInteger)) kept.place = place;
  if (Number.isInteger(step) && step >= 0) kept.step = step;
  if (PLAYER_SPEEDS.includes(speed)) kept.speed = speed;
  if ([0, 1, 2, 3, 4].includes(decimals)) kept.decimals = decimals;
  return kept;
}

function playerDraw(state) {
  const { play, header, picture } = state;
  state.names = Object.fromEntries(header.stages.map((stage) => [stage.name, stage.title]));
  picture.whole ??= picture.pixels.every((code) => code === 0 || code === 255);
  const { weight, bias } = header.settings.filters[header.settings.active];
  play.whole = picture.whole && [...weight, bias].every(Number.isInteger);
  setTimeout(() => playerSaved(state)); // when the answer has been noted
  playerRefresh(state);
}

// Makes what is played fit the message, and draws it all.
function playerRefresh(state) {
  const { play, header } = state;
  if (play.stage !== PLAYER_CHAIN && !playerStage(state, play.stage)) play.stage = "convolution";
  const target = play.stage === PLAYER_CHAIN ? header.stages.at(-1).name : play.stage;
  const shape = playerShape(state, target);
  play.place ??= playerWorthSeeing(state, target);
  play.place = play.place.map((v, axis) => Math.min(Math.max(v, 0), shape[axis] - 1));
  play.mode = play.stage === PLAYER_CHAIN ? PLAYER_CHAIN : playerIsSmall(state, play.stage) ? "all" : play.large;
  play.region = playerRegion(state, target, play.mode, play.place);
  play.count = playerSteps(state, play.stage, play.mode, play.region, play.place);
  play.step = Math.min(play.step, play.count - 1);
  play.steps = play.stage === PLAYER_CHAIN ? playerChain(state, play.place) : null;
  playerMake(state);
  playerScene(state);
  playerShow(state);
  playerControls(state);
  playerKeep(state);
}

// The strongest cell of the middle, where the eye is.
function playerWorthSeeing(state, name) {
  const entry = playerStage(state, name).maps[state.header.settings.active];
  const [rows, columns] = entry.shape;
  const depth = entry.table === "rgb" ? 3 : 1;
  const codes = state.message.codes(entry.codes, rows * columns * depth);
  let best = -1, place = [0, 0];
  for (let row = rows >> 2; row < rows - (rows >> 2); row++) {
    for (let column = columns >> 2; column < columns - (columns >> 2); column++) {
      const code = codes[depth * (row * columns + column)];
      if (code > best) [best, place] = [code, [row, column]];
    }
  }
  return place;
}

function playerSet(state, changes, anew = false) {
  Object.assign(state.play, changes);
  if (anew) {
    state.play.known = state.play.step - 1;
    playerRefresh(state);
  } else {
    playerControls(state);
    playerKeep(state);
  }
}

function playerKeep({ play: { stage, large, place, step, speed, decimals } }) {
  remember("player", { stage, large, place, step, speed, decimals });
}

// Works out what the step that is played makes.
function playerMake(state) {
  const { play } = state;
  const { stage, cell } = play.steps?.[play.step]
    ?? { stage: play.stage, cell: playerCell(play.mode, play.region, play.step, play.place) };
  state.made = playerMade(state, stage, ...cell);
}

// Shows the step that is played: cell, arithmetic, place.
function playerShow(state, quick = false) {
  const { play } = state;
  playerMake(state);
  const { row, column, value, sum } = state.made;
  if (!quick) {
    playerArithmetic(state, state.made);
    playerQuestion(state);
  }
  playerWhere(state);
  Object.assign(state.root.dataset, { stage: play.stage, mode: play.mode, step: play.step, steps: play.count,
    playing: String(play.playing), row, column, value, sum });
}

// Goes to a step. While it plays faster than can be read, the arithmetic follows ten times a second.
function playerGo(state, step, speak = false) {
  const { play } = state;
  const before = play.step;
  play.step = Math.min(Math.max(step, 0), play.count - 1);
  const now = performance.now();
  const quick = play.playing && play.step < play.count - 1 && now - (state.shownAt ?? 0) < 95;
  if (!quick) state.shownAt = now;
  playerShow(state, quick);
  if (play.stage === PLAYER_CHAIN) playerChainMarks(state);
  else {
    playerReveal(state, before);
    playerMarks(state);
  }
  if (play.playing) return;
  playerKeep(state);
  if (speak) playerSay(state);
}

function playerStep(state, step) {
  const { play } = state;
  if (play.playing) playerToggle(state);
  playerGo(state, step === "first" ? 0 : step === "last" ? play.count - 1 : play.step + step, true);
}

function playerSay(state) {
  const { play, made } = state;
  const text = playerAsking(state) ? `Row ${made.row + 1}, column ${made.column + 1}: what comes out?` : playerSentence(state, made);
  setText(state.root.querySelector(".spoken"), play.stage === PLAYER_CHAIN ? `${playerStage(state, made.name).title}, ${text}` : text);
}

// Steps a second at speed 1. Who wants less motion gets a slow start, in the whole picture too.
function playerPace(state) {
  if (state.play.stage === PLAYER_CHAIN) return 1;
  return state.play.mode === "skim" && !matchMedia("(prefers-reduced-motion: reduce)").matches ? 16 : 2;
}

function playerToggle(state) {
  const { play } = state;
  play.playing = !play.playing;
  if (!play.playing) {
    playerShow(state);
    playerKeep(state);
    playerSay(state);
    return;
  }
  if (play.step === play.count - 1) playerGo(state, 0);
  playerShow(state);
  let last = performance.now(), owed = 0;
  const frame = (now) => {
    if (!play.playing || !state.root.isConnected) return;
    owed += ((now - last) / 1000) * playerPace(state) * play.speed;
    last = now;
    const steps = Math.floor(owed);
    owed -= steps;
    if (steps) playerGo(state, play.step + steps);
    if (play.step >= play.count - 1) return playerToggle(state);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

// Along the row that is skimmed, to the place that Enter picks.
function playerAcross(state, move) {
  const { play } = state;
  play.place = [play.place[0], Math.min(Math.max(play.place[1] + move, 0), play.region[3] - 1)];
  playerShow(state);
  playerMarks(state);
  playerKeep(state);
  playerSay(state);
}

// Another stage at the same place of the picture: a pooled map has a grid of its own.
function playerChoose(state, stage) {
  const { play, header: { stages, settings } } = state;
  const pooled = (name) => (name === PLAYER_CHAIN ? stages.at(-1).name : name) === "pooling";
  const scale = settings.pool_stride ** (Number(pooled(play.stage)) - Number(pooled(stage)));
  playerSet(state, { stage, step: 0, place: play.place.map((v) => Math.floor(v * scale)) }, true);
}

function playerKey(state, event) {
  const target = event.composedPath()[0];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) {
    // The scrubber moves by its own keys, but neither space nor + and − mean anything to it.
    if (target.type !== "range" || !/^[ +=−-]$/.test(event.key)) return;
  }
  const { play } = state;
  if (event.key === " ") {
    if (target.tagName === "BUTTON") return; // a button does what it says
    event.preventDefault();
    if (!play.ask) playerToggle(state);
    return;
  }
  if (event.key === "Enter" && play.mode === "skim" && target.classList.contains("field")) {
    event.preventDefault();
    return playerPick(state, play.stage, [play.step, play.place[1]]);
  }
  if (play.mode === "skim" && /^Arrow(Left|Right)$/.test(event.key) && target.classList.contains("field")) {
    event.preventDefault();
    return playerAcross(state, keyStep(event)[1]);
  }
  const row = play.mode === "skim" || play.stage === PLAYER_CHAIN ? 1 : play.region[3];
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row, Home: "first", End: "last" };
  if (event.key in steps) {
    event.preventDefault();
    return playerStep(state, steps[event.key]);
  }
  const faster = { "+": 1, "=": 1, "-": -1, "−": -1 }[event.key];
  if (!faster) return;
  const at = PLAYER_SPEEDS.indexOf(play.speed) + faster;
  if (PLAYER_SPEEDS[at]) playerSet(state, { speed: PLAYER_SPEEDS[at] });
}

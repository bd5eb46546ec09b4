// The player's controls: what is played, play and pause, steps, scrubber, speed, decimals, saving.

// Drawn as lines on 20 by 20.
const PLAYER_ICONS = {
  restart: "M5 4v12 M15.5 4.5L8 10l7.5 5.5z",
  back: "M15 4v12 M12 4.5L4.5 10l7.5 5.5z",
  play: "M6 3.5v13l10-6.5z",
  pause: "M6.5 4v12 M13.5 4v12",
  forward: "M5 4v12 M8 4.5l7.5 5.5L8 15.5z",
};

function playerSide(name, extra = {}) {
  const field = makeField(name, extra);
  const title = make("strong"), line = make("span", { class: "quiet number" });
  const element = make("figure", { class: "side", "data-side": name }, field.element,
    make("figcaption", { class: "caption" }, title, " ", line));
  return { name, field, title, line, element };
}

function playerButton(label, title, action, attributes = {}) {
  const name = typeof label === "string" ? {} : { "aria-label": title };
  return make("button", { type: "button", title, ...name, onclick: action, ...attributes }, label);
}

function playerBuild(state) {
  const { root } = state;
  const input = playerSide("input"), output = playerSide("output");
  const overview = playerSide("overview");
  const scene = { element: root.querySelector(".scene"), input, output, arithmetic: make("div", { class: "arithmetic" }),
    overview: { holder: overview.element, field: overview.field }, chain: make("div", { class: "links" }),
    chainLine: make("p", { class: "caption" }), links: [] };
  setText(overview.title, "Where to look");
  setText(overview.line, "drag the frame");
  scene.element.append(make("div", { class: "pair" }, make("div", { class: "column" }, input.element, overview.element), scene.arithmetic, output.element), scene.chain, scene.chainLine);
  state.scene = scene;
  for (const side of [input, output]) {
    playerPicking(state, side.field, () => (side === input ? playerSource(state, state.play.stage) : state.play.stage));
  }
  playerOverviewMoves(state, overview.field);
  playerBar(state);
}

function playerBar(state) {
  const { root } = state;
  const go = (step) => () => playerStep(state, step);
  const bar = { stages: make("div", { class: "choices", role: "group", "aria-label": "What is played" }),
    modes: make("div", { class: "choices", role: "group", "aria-label": "How much of it" }),
    channels: make("div", { class: "choices", role: "group", "aria-label": "Which channel is shown" }) };
  bar.restart = playerButton(lineIcon(PLAYER_ICONS.restart), "Back to the first step (Home)", go("first"));
  bar.back = playerButton(lineIcon(PLAYER_ICONS.back), "One step back (←)", go(-1));
  bar.play = playerButton(lineIcon(PLAYER_ICONS.play), "Play (space)", () => playerToggle(state), { class: "play" });
  bar.forward = playerButton(lineIcon(PLAYER_ICONS.forward), "One step forward (→)", go(1));
  bar.scrubber = make("input", { type: "range", min: 0, value: 0, class: "scrubber", "aria-label": "Step" });
  bar.scrubber.oninput = () => playerGo(state, Number(bar.scrubber.value), true);
  bar.where = make("output", { class: "where number" });
  bar.speed = make("select", { "aria-label": "Speed", title: "Speed (+ and −)" },
    ...PLAYER_SPEEDS.map((speed) => make("option", { value: speed }, `${speed}×`)));
  bar.speed.onchange = () => playerSet(state, { speed: Number(bar.speed.value) });
  bar.decimals = make("select", { "aria-label": "Decimals" }, ...[0, 1, 2, 3, 4].map((n) => make("option", { value: n }, String(n))));
  bar.decimals.onchange = () => playerSet(state, { decimals: Number(bar.decimals.value) }, true);
  bar.large = playerButton("Full screen", "Fill the screen, for a projector", () => (document.fullscreenElement
    ? document.exitFullscreen() : root.requestFullscreen?.()));
  bar.gif = playerButton("GIF", "Save the animation as a GIF", () => playerSave(state, "gif"));
  bar.png = playerButton("PNG", "Save this step as a PNG", () => playerSave(state, "png"));
  bar.ask = playerButton("Ask me first", "Hide each result until you have said it", () => playerAsk(state));
  bar.size = playerButton("Ask for the size", "Hide the map until you have said its size", () => playerAskSize(state));
  root.querySelector(".top").append(bar.stages, bar.modes, bar.channels);
  root.querySelector(".transport").append(bar.restart, bar.back, bar.play, bar.forward, bar.scrubber, bar.where);
  root.querySelector(".extras").append(make("label", { class: "quiet" }, "speed ", bar.speed),
    make("label", { class: "quiet" }, "decimals ", bar.decimals), bar.ask, bar.size, bar.large,
    make("span", { class: "choices" }, bar.gif, bar.png));
  state.bar = bar;
}

// Shows in the controls what is played.
function playerControls(state) {
  const { bar, play } = state;
  const choose = (holder, entries, chosen, then) => {
    const key = JSON.stringify(entries);
    if (holder.dataset.key !== key) {
      holder.dataset.key = key;
      holder.replaceChildren(...entries.map(([value, label, title]) => make("button",
        { type: "button", "data-value": value, title: title ?? false, onclick: () => then(value) }, label)));
    }
    for (const button of holder.children) button.setAttribute("aria-pressed", String(button.dataset.value === String(chosen)));
  };
  choose(bar.stages, playerStages(state), play.stage, (stage) => playerChoose(state, stage));
  const large = play.stage !== PLAYER_CHAIN && !playerIsSmall(state, play.stage);
  bar.modes.hidden = !large;
  choose(bar.modes, [["close", "Close", "Around one place, cell by cell"], ["skim", "Skim", "The whole map, a row at a time"]],
    play.large, (large) => playerSet(state, { large, step: 0 }, true));
  const coloured = state.picture.channels === 3 && (play.stage === "convolution" || play.stage === PLAYER_CHAIN);
  bar.channels.hidden = !coloured;
  choose(bar.channels, [["", "colours"], ...CHANNEL_NAMES.map((name, i) => [i, name])], play.channel ?? "", (value) => {
    const channel = value === "" ? null : value;
    if (channel !== null) state.part = channel;
    playerSet(state, { channel }, true);
  });
  bar.speed.value = String(play.speed);
  bar.decimals.value = String(play.decimals);
  bar.ask.setAttribute("aria-pressed", String(play.ask));
  bar.play.disabled = play.ask;
  const cells = play.region[2] * play.region[3];
  const whole = play.mode === "skim" || play.stage === PLAYER_CHAIN;
  bar.gif.disabled = whole || cells > 144 || state.saving;
  bar.png.disabled = whole || state.saving;
  bar.gif.title = whole ? "Choose Close and one stage: the whole map has too many steps for a GIF" : "Save the animation as a GIF";
  bar.png.title = whole ? "Choose Close and one stage to save a step" : "Save this step as a PNG";
}

function playerWhere(state) {
  const { bar, play, made } = state;
  bar.scrubber.max = play.count - 1;
  if (Number(bar.scrubber.value) !== play.step) bar.scrubber.value = play.step;
  const at = play.mode === "skim" ? `row ${made.row + 1}` : `row ${made.row + 1}, column ${made.column + 1}`;
  const count = play.sizeAsked ? "?" : play.count; // which would give the size away
  setText(bar.where, `${at} · ${play.step + 1} of ${count}`);
  bar.scrubber.setAttribute("aria-valuetext", `${at}, step ${play.step + 1} of ${count}`);
  const label = play.playing ? "Pause (space)" : "Play (space)";
  if (bar.play.title !== label) {
    bar.play.replaceChildren(lineIcon(play.playing ? PLAYER_ICONS.pause : PLAYER_ICONS.play));
    bar.play.title = label;
    bar.play.setAttribute("aria-label", label);
  }
  bar.back.disabled = play.step === 0;
  bar.forward.disabled = play.step === play.count - 1;
}

// Saving: the server draws the file and sends it with its next message.
function playerSave(state, what) {
  const { play, bar } = state;
  const [top, left, rows, columns] = play.region;
  state.saving = what;
  setText(bar[what], what === "gif" ? "Making the GIF…" : "Making the PNG…");
  sendEdit(state.component, { op: "save", what, stage: play.stage, rows: [top, top + rows], columns: [left, left + columns],
    step: play.step, decimals: play.decimals, speed: play.speed,
    channel: play.stage === "convolution" && play.channel !== null ? play.channel
      : state.header.settings.colour === "each" && state.picture.channels === 3 ? state.part : null });
  playerControls(state);
}

function playerSaved(state) {
  if (!state.saving || hasUnsent(state.component)) return;
  setText(state.bar[state.saving], state.saving.toUpperCase());
  state.saving = null;
  playerControls(state);
}

// Moving the frame of the small picture: drag, tap, arrow keys.
function playerOverviewMoves(state, field) {
  const to = (event) => {
    const cell = pointedCell(field, event);
    if (cell) playerPick(state, playerSource(state, state.play.stage), cell, true);
  };
  field.element.style.touchAction = "none";
  field.element.onpointerdown = (event) => {
    field.element.setPointerCapture(event.pointerId);
    to(event);
  };
  field.element.onpointermove = (event) => {
    if (event.buttons) to(event);
  };
  field.element.onkeydown = (event) => {
    const step = keyStep(event);
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const shape = playerShape(state, state.play.stage);
    playerPick(state, state.play.stage, state.play.place.map((v, axis) =>
      Math.min(Math.max(v + step[axis], 0), shape[axis] - 1)), true);
  };
}

// Ask me first: a result, or the size of the map, is hidden until it has been said.

function playerAsking(state) {
  const { play } = state;
  return play.ask && play.step > play.known && play.mode !== "skim";
}

function playerAsk(state) {
  const { play } = state;
  play.ask = !play.ask;
  play.known = play.step - 1;
  play.score ??= { right: 0, asked: 0 };
  if (play.playing) playerToggle(state);
  if (play.ask && play.mode === "skim") play.large = "close";
  playerRefresh(state);
  if (play.ask) state.root.querySelector(".ask input")?.focus();
}

function playerAskSize(state) {
  const { play } = state;
  play.sizeAsked = !play.sizeAsked;
  play.score ??= { right: 0, asked: 0 };
  if (play.stage === PLAYER_CHAIN) play.stage = state.header.stages[0].name;
  playerRefresh(state);
  if (play.sizeAsked) state.root.querySelector(".ask input")?.focus();
}

// "2,5", "−3" and "2.5" are numbers here; anything else is null.
function playerParse(text) {
  const clean = text.trim().replaceAll("−", "-").replace(",", ".");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(clean) ? Number(clean) : null;
}

// The question below the scene, built anew when it becomes another one.
function playerQuestion(state) {
  const { play, root, made } = state;
  const holder = root.querySelector(".ask");
  const kind = play.sizeAsked ? "size" : playerAsking(state) ? `cell ${play.step} ${play.stage}` : play.ask ? "known" : "";
  root.classList.toggle("size-asked", Boolean(play.sizeAsked));
  if (holder.dataset.kind === kind && kind !== "known") return;
  holder.dataset.kind = kind;
  holder.hidden = !kind;
  if (!kind) return;
  const verdict = make("span", { class: "verdict", role: "status" });
  const score = make("span", { class: "quiet number" }, `${play.score.right} of ${play.score.asked} right`);
  if (kind === "known") {
    const last = play.step === play.count - 1;
    const next = playerButton(last ? "That was the last one" : "Next", "One step forward (→)", () => {
      playerStep(state, 1);
      root.querySelector(".ask input")?.focus();
    }, { disabled: last });
    setText(verdict, play.verdict ?? "");
    holder.replaceChildren(verdict, next, score);
    if (!last && play.justAnswered) next.focus();
    play.justAnswered = false;
    return;
  }
  const inputs = (kind === "size" ? ["rows", "columns"] : ["the result"]).map((label) =>
    make("input", { type: "text", inputmode: "decimal", size: 6, autocomplete: "off", "aria-label": label, placeholder: label }));
  const question = kind === "size" ? `How many rows and columns has the map of ${playerStage(state, play.stage).title}?`
    : `Row ${made.row + 1}, column ${made.column + 1}: what comes out?`;
  const check = () => playerCheck(state, inputs.map((input) => playerParse(input.value)), verdict);
  const form = make("form", { class: "question" }, make("strong", {}, question), ...inputs, make("button", { type: "submit" }, "Check"),
    playerButton("Show", "Show the answer; it counts as not known", () => playerTell(state, false, "")), verdict, score);
  form.onsubmit = (event) => {
    event.preventDefault();
    check();
  };
  holder.replaceChildren(form);
}

// The result, and what those get who reckon with the numbers as they are shown, which are rounded.
function playerAnswers(state, made) {
  const { settings } = state.header;
  const shown = (value) => playerParse(playerNumber(state, value, state.play.decimals));
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  if (made.name === "activation") return [made.value, activate(settings, shown(made.before))];
  if (made.name === "pooling") return [made.value, pooled(settings, made.values.map(shown))];
  const { parts, weight, bias } = made.window;
  const terms = (of) => shown(bias) + sum(parts.flatMap(of));
  return [made.value, terms((part) => shown(part.sum)), terms((part) => part.products.map(shown)),
    terms((part) => part.patch.map((value, i) => shown(value) * shown(weight[i])))];
}

function playerCheck(state, numbers, verdict) {
  const { play, made } = state;
  if (numbers.includes(null)) return setText(verdict, "Please type a number, such as 4, −1 or 0.25.");
  const right = play.sizeAsked ? playerShape(state, play.stage).every((n, i) => n === numbers[i])
    : playerAnswers(state, made).some((value) => Math.abs(numbers[0] - value) <= 0.5 * 10 ** -playerDigits(state, made.name) + 1e-6);
  playerTell(state, right, numbers.join(" × "));
}

function playerTell(state, right, said) {
  const { play, made } = state;
  play.score.asked += 1;
  if (right) play.score.right += 1;
  const stage = playerStage(state, play.stage === PLAYER_CHAIN ? made.name : play.stage);
  const sentence = playerSentence(state, made);
  const working = play.sizeAsked ? `${stage.shape.join(" × ")}: ${stage.formula.replace("\n", "; ")}` : sentence[0].toUpperCase() + sentence.slice(1);
  play.verdict = `${right ? "Right." : said ? `Not ${said}.` : ""} ${working}`.trim();
  play.justAnswered = true;
  if (play.sizeAsked) {
    play.sizeAsked = false;
    setText(state.root.querySelector(".spoken"), play.verdict);
    playerRefresh(state);
    const holder = state.root.querySelector(".ask");
    holder.hidden = false;
    holder.dataset.kind = "told";
    const close = playerButton("Play it", "Play (space)", () => playerToggle(state));
    holder.replaceChildren(make("span", { class: "verdict", role: "status" }, play.verdict), close,
      make("span", { class: "quiet number" }, `${play.score.right} of ${play.score.asked} right`));
    close.focus();
    return;
  }
  play.known = play.step;
  playerRefresh(state);
}

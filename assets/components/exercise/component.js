// The Practise page: shows exercises, checks answers, keeps the score. The server is asked for more
// exercises before they run out, and for nothing else.

const exerciseStates = new WeakMap();
const EXERCISE_AHEAD = 5;

function exercise(component) {
  const data = component.data?.[0];
  if (!data) return;
  let state = exerciseStates.get(component.parentElement);
  if (!state) {
    const root = component.parentElement.querySelector(".exercise");
    state = { root, known: new Map(), set: "", visit: 0, number: 0, reset: 0 };
    exerciseStates.set(component.parentElement, state);
    Object.assign(words, data.words);
    exerciseBegin(state);
  }
  Object.assign(state, { component, data });
  answered(component, data.answered);
  const set = `${data.seed}/${data.topics}`;
  if (set !== state.set) {
    state.set = set;
    state.known.clear();
    state.score = exerciseScore(data.seed);
  }
  for (const each of data.exercises) state.known.set(each.number, each);
  const asked = data.visit !== state.visit;
  state.visit = data.visit;
  if (asked) exerciseOpen(state, (data.resume && state.score.last) || data.number);
  else if (state.waiting) exerciseOpen(state, state.number, true);
}

function exerciseBegin(state) {
  const find = (name) => state.root.querySelector(name);
  Object.assign(state, { form: find("form"), input: find("input"), check: find(".check"),
    reveal: find(".reveal"), verdict: find(".verdict"), working: find(".working") });
  state.form.onsubmit = (event) => {
    event.preventDefault();
    exerciseSubmit(state);
  };
  // A held key is one answer, and letters typed here are no shortcuts of the page.
  state.input.onkeydown = (event) => {
    event.stopPropagation();
    if (event.key === "Enter" && event.repeat) event.preventDefault();
  };
  find("form .sign").onclick = () => {
    const text = state.input.value.trim();
    state.input.value = /^[-−–]/.test(text) ? text.slice(1) : `−${text.replace(/^\+/, "")}`;
    state.input.focus();
  };
  state.reveal.onclick = () => exerciseFinish(state, "shown");
  find(".earlier").onclick = () => exerciseOpen(state, state.number - 1, true);
  find(".later").onclick = () => exerciseOpen(state, state.number + 1, true);
  find(".reset").onclick = () => exerciseReset(state);
  find(".why-convention").append(why("true_convolution"));
}

// Puts the exercise of this number on the screen, or asks for it.
function exerciseOpen(state, number, focus = false) {
  const { data, known } = state;
  const least = Math.min(Math.max(1, Math.round(Number(number)) || 1), data.last);
  state.number = least;
  state.current = known.get(least);
  state.waiting = !state.current;
  if (state.waiting) exerciseAsk(state, Math.max(1, least - EXERCISE_AHEAD + 1));
  else if (!known.has(least + EXERCISE_AHEAD) && least + EXERCISE_AHEAD <= data.last) {
    let next = least;
    while (known.has(next)) next++;
    exerciseAsk(state, next);
  }
  state.score.last = least;
  exerciseKeep(state.score);
  const query = new URLSearchParams({ ...data.query, n: least }).toString().replaceAll("%2C", ",");
  if (location.search !== `?${query}`) history.replaceState(history.state, "", `${location.pathname}?${query}`);
  state.input.value = "";
  state.working.open = false;
  exerciseDraw(state);
  if (focus && state.current) state.input.focus({ preventScroll: true });
}

function exerciseAsk(state, number) {
  if (!hasUnsent(state.component)) sendEdit(state.component, { op: "more", number });
}

function exerciseDraw(state) {
  const { root, data, current, number } = state;
  const find = (name) => root.querySelector(name);
  setText(find("h2"), `Exercise ${number}`);
  root.classList.toggle("waiting", state.waiting);
  find(".earlier").disabled = number <= 1;
  find(".later").disabled = number >= data.last;
  exerciseDrawScore(state);
  if (state.waiting) return exerciseSay(state, "waiting", "The next exercises are on their way.");
  const { task, topic } = current;
  const progress = state.score.states[exerciseKey(current)];
  const finished = progress !== undefined && progress !== "hint";
  const term = why(data.terms[topic]);
  find(".topic").replaceChildren(data.labels[topic], term, make("span", { class: "quiet" }, ` · set ${data.seed}`));
  setText(find(".question"), task.question);
  const stage = find(".stage");
  exerciseMeasure(stage, task);
  stage.replaceChildren(...exerciseStage(task, { lit: progress !== undefined, finished }));
  find(".convention").hidden = !task.kernel?.values.length;
  state.input.readOnly = finished;
  if (finished) state.input.value = exerciseNumber(task.answer);
  setText(state.check, finished ? "Next" : "Check");
  state.reveal.hidden = finished;
  find("form .sign").hidden = finished;
  state.working.hidden = !finished;
  find(".steps").replaceChildren(...(finished ? exerciseWorking(task.working) : []));
  root.dataset.state = progress ?? "open";
  root.dataset.number = number;
  const answer = exerciseNumber(task.answer);
  exerciseSay(state, progress ?? "", { right: `Right: ${answer}.`, hint: `Not yet. ${task.hint}`,
    wrong: `The answer is ${answer}.`, shown: `The answer is ${answer}.` }[progress] ?? "");
}

// A sentence for everybody, and more of it for those who listen.
function exerciseSay(state, kind, sentence, spoken = "") {
  state.verdict.dataset.kind = kind;
  state.verdict.replaceChildren(...(sentence ? [sentence] : []),
    ...(spoken ? [make("span", { class: "hidden" }, ` ${spoken}`)] : []));
}

// What was typed, as a number: with any minus sign, with a point or a comma.
function exerciseParse(text) {
  const plain = text.trim().replace(/^[−–]/, "-").replace(",", ".");
  return /^[+-]?\s?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain.replace(/\s/, "")) : null;
}

function exerciseSubmit(state) {
  if (state.waiting) return;
  const { task } = state.current;
  const progress = state.score.states[exerciseKey(state.current)];
  if (progress && progress !== "hint") return exerciseOpen(state, state.number + 1, true);
  const typed = state.input.value.trim();
  const given = exerciseParse(typed);
  if (given === null) {
    exerciseSay(state, "unread", typed ? "That is not a number. Type one such as 4, −3 or 2.5."
      : "Type a number first, such as 4, −3 or 2.5.");
    return state.input.focus();
  }
  if (Math.abs(given - task.answer) < 1e-6) return exerciseFinish(state, "right");
  if (progress === "hint") return exerciseFinish(state, "wrong", given);
  exerciseNote(state.score, state.current, "hint");
  exerciseDraw(state);
  exerciseSay(state, "hint", `Not ${exerciseNumber(given)}. ${task.hint} You have one more try.`);
  state.input.select();
}

function exerciseFinish(state, progress, given) {
  if (state.waiting) return;
  exerciseNote(state.score, state.current, progress);
  exerciseDraw(state);
  const { answer, working } = state.current.task;
  const text = exerciseNumber(answer);
  state.working.open = progress !== "right";
  const tally = exerciseTally(state.score);
  const sentences = {
    right: tally.streak > 1 ? `Right: ${text}. That makes ${tally.streak} in a row.` : `Right: ${text}.`,
    wrong: `Not ${exerciseNumber(given)} either: the answer is ${text}.`,
    shown: `The answer is ${text}.`,
  };
  exerciseSay(state, progress, sentences[progress], progress === "right" ? "" : working.lines.join(" "));
  state.input.focus({ preventScroll: true });
  if (state.working.open) state.working.scrollIntoView({ block: "nearest" });
}

function exerciseDrawScore(state) {
  const { root, data, score } = state;
  const { right, tried, streak, topics } = exerciseTally(score);
  setText(root.querySelector(".total"), tried ? `Solved ${right} of ${tried} · streak ${streak}` : "Nothing solved yet");
  setText(root.querySelector(".by-topic"), Object.entries(data.labels).filter(([key]) => topics[key])
    .map(([key, label]) => `${label} ${topics[key].right}/${topics[key].tried}`).join(" · "));
  const reset = root.querySelector(".reset");
  reset.hidden = !Object.keys(score.states).length;
  setText(reset, "Reset the score");
  clearTimeout(state.reset);
  state.reset = 0;
}

// Asks once before it forgets.
function exerciseReset(state) {
  if (!state.reset) {
    setText(state.root.querySelector(".reset"), "Really forget it?");
    state.reset = setTimeout(() => exerciseDrawScore(state), 4000);
    return;
  }
  state.score.states = {};
  exerciseKeep(state.score);
  exerciseOpen(state, state.number, true);
}

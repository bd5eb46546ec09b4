// What a network makes of one picture: the picture as it comes in, the maps or units of every stage, and
// the outputs as bars. The DOM stays from one message to the next as long as the network does.

const stagesStates = new WeakMap();

function stages(component) {
  const { parentElement, data } = component;
  if (!data) return;
  const message = unpack(data);
  const { header } = message;
  header.tables.forEach(([name, codes]) => { store.tables[name] ??= packColours(message.codes(codes, 768).slice()); });
  let state = stagesStates.get(parentElement);
  if (!state) {
    state = { root: parentElement.querySelector(".stages"), form: "" };
    stagesStates.set(parentElement, state);
  }
  const form = JSON.stringify([header.stages.map(({ title, strip, maps }) => [title, strip, maps.length]), header.rows.map(({ label }) => label)]);
  if (state.form !== form) {
    state.form = form;
    stagesBuild(state, header);
  }
  stagesFill(state, message);
  state.root.dataset.version = header.version;
}

function stagesCanvas() {
  return make("canvas", { role: "img" });
}

function stagesBuild(state, { stages: list, rows }) {
  const { root } = state;
  state.bars = rows.map(({ label }) => {
    const [bar, share, score] = [make("div"), make("td"), make("td", { class: "quiet" })];
    return { bar, share, score, row: make("tr", {}, make("th", { scope: "row" }, label),
      make("td", { class: "track", "aria-hidden": "true" }, bar), share, score) };
  });
  const head = make("tr", {}, ...["class", "", "", ""].map((text) => make("th", { scope: "col" }, text)));
  root.querySelector("table").replaceChildren(make("thead", {}, head), make("tbody", {}, ...state.bars.map(({ row }) => row)));
  state.heads = [...head.children];
  state.stages = list.map(({ title, strip, maps }) => {
    const size = make("span"), range = make("span"), more = make("p", { class: "more quiet" });
    const figures = maps.map(() => {
      const canvas = stagesCanvas(), caption = make("figcaption", { class: "quiet number" });
      return { canvas, caption, figure: make("figure", { class: strip ? "strip" : "" }, canvas, ...(strip ? [] : [caption])) };
    });
    const holder = make("div", { class: strip ? "" : "maps" }, ...figures.map(({ figure }) => figure));
    return { size, range, more, figures, row: make("section", { class: "row" }, make("h3", {}, title, size, range), holder, more) };
  });
  root.querySelector(".rows").replaceChildren(...state.stages.map(({ row }) => row));
}

function stagesRange(low, high) {
  const digits = Math.max(Math.abs(low), Math.abs(high)) >= 100 ? 0 : 2;
  return low === high ? show(low, digits) : `${show(low, digits)} to ${show(high, digits)}`;
}

function stagesPaint(canvas, entry, message) {
  const [rows, columns] = entry.shape;
  paintCodes(canvas, message.codes(entry.codes, rows * columns * (entry.table === "rgb" ? 3 : 1)), rows, columns, entry.table);
}

function stagesFill(state, message) {
  const { root } = state;
  const { header } = message;
  root.classList.toggle("brief", header.brief);
  const seen = root.querySelector(".seen canvas");
  stagesPaint(seen, header.input, message);
  seen.setAttribute("aria-label", header.seen);
  setText(root.querySelector(".seen figcaption"), header.seen);
  setText(root.querySelector(".answer h3"), header.title);
  const verdict = root.querySelector(".verdict");
  setText(verdict, header.verdict);
  verdict.dataset.right = header.right === null ? "" : header.right ? "yes" : "no";
  setText(root.querySelector(".caveat"), header.caveat);
  setText(state.heads[2], header.columns[0]);
  setText(state.heads[3], header.columns[1]);
  root.querySelector("table").hidden = !header.rows.length;
  header.rows.forEach(({ length, share, score, best }, i) => {
    const { bar, row, ...cells } = state.bars[i];
    bar.style.setProperty("--share", length);
    setText(cells.share, share);
    setText(cells.score, score);
    row.classList.toggle("best", best);
  });
  header.stages.forEach((stage, i) => {
    const { size, range, more, figures } = state.stages[i];
    setText(size, stage.size);
    setText(range, stage.minimum === null ? "" : `from ${stagesRange(stage.minimum, stage.maximum)}`);
    setText(more, stage.more);
    more.hidden = !stage.more;
    stage.maps.forEach((entry, k) => {
      stagesPaint(figures[k].canvas, entry, message);
      const text = stagesRange(entry.minimum, entry.maximum);
      figures[k].canvas.setAttribute("aria-label", `${stage.title}, ${entry.label}: ${text}`);
      figures[k].canvas.title = `${entry.label}: ${text}`;
      setText(figures[k].caption, text);
    });
  });
  clearTimeout(state.speaking); // once the drawing rests
  state.speaking = setTimeout(() => setText(root.querySelector(".spoken"), header.spoken), 600);
}

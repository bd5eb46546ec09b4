// The picture as the network sees it, what it answers, and which part of the picture that hangs on.

function networkAnswerBegin(state) {
  const { root } = state;
  const title = make("span"), many = make("span", {}, why("top_5")), few = make("span", {}, why("logits"));
  const verdict = make("p", { class: "verdict" }), table = make("table", { class: "number" });
  const groups = make("table", { class: "classes number" }), caveat = make("p", { class: "quiet caveat" });
  root.querySelector(".answer").append(make("h3", {}, title, many, few), verdict, make("div", { class: "tables" }, table, groups), caveat);
  const button = make("button", { type: "button", class: "start" });
  const choices = make("div", { class: "choices" }), words = make("p", { class: "quiet number" });
  const legend = make("div", { class: "legend number quiet", hidden: true }, make("span"), make("canvas", { "aria-hidden": "true" }), make("span"));
  root.querySelector(".occlusion").append(make("h3", {}, "What it hangs on", why("occlusion")), button, choices, legend, words);
  state.answer = { verdict, title, many, few, table, groups, caveat, button, choices, words, legend, selects: {},
    picture: root.querySelector(".picture"), over: root.querySelector(".over"), marks: root.querySelector(".seen .marks"),
    caption: root.querySelector(".seen figcaption") };
  button.onclick = () => networkLook(state, { occlusion: !state.place.occlusion });
  new ResizeObserver(() => networkFieldDraw(state)).observe(root.querySelector(".seen"));
}

function networkPassDraw(state, message) {
  const { answer } = state;
  const { header } = state.passed = message;
  const { shape: [rows, columns], codes, table } = header.input;
  paintCodes(answer.picture, message.codes(codes, rows * columns * (table === "rgb" ? 3 : 1)), rows, columns, table);
  const seen = `What the network sees: ${header.seen}`;
  setText(answer.caption, seen);
  answer.picture.setAttribute("aria-label", seen);
  const { outputs } = header;
  setText(answer.title, outputs.title);
  answer.many.hidden = !outputs.many;
  answer.few.hidden = outputs.many || !outputs.columns[1];
  setText(answer.verdict, outputs.verdict);
  answer.verdict.dataset.right = outputs.right === null ? "" : outputs.right ? "yes" : "no";
  setText(answer.caveat, outputs.caveat);
  networkBars(answer.table, outputs.rows, outputs.columns, (channel) => networkLook(state, { target: channel }));
  networkBars(answer.groups, outputs.groups, null, null);
  answer.groups.hidden = !outputs.groups.length;
  networkGlances(state);
  clearTimeout(state.speaking); // once the drawing rests
  state.speaking = setTimeout(() => networkSay(state, outputs.spoken), 600);
}

// Rows of a label, a bar and numbers; the rows stay from one answer to the next, and only what changed is written.
function networkBars(table, rows, columns, chosen) {
  if (table.rows.length !== rows.length + (columns ? 1 : 0)) {
    const head = columns && make("tr", {}, ...["class", "", ...columns].map((text) => make("th", { scope: "col" }, text)));
    table.replaceChildren(make("tbody", {}, ...(head ? [head] : []), ...rows.map(() => make("tr", {},
      make("th", { scope: "row" }, chosen ? make("button", { type: "button", class: "plain" }) : make("span")),
      make("td", { class: "track", "aria-hidden": "true" }, make("span", { class: "bar" })), make("td"), ...(columns ? [make("td", { class: "quiet" })] : [])))));
  }
  const offset = columns ? 1 : 0;
  if (columns) columns.forEach((text, i) => setText(table.rows[0].cells[2 + i], text));
  rows.forEach(({ label, length, share, score, best, channel }, i) => {
    const row = table.rows[i + offset];
    const name = row.cells[0].firstChild;
    setText(name, label);
    name.title = chosen ? `${label}: ask the occlusion map about this class` : label;
    if (chosen) name.onclick = () => chosen(channel);
    row.cells[1].firstChild.style.setProperty("--share", length);
    setText(row.cells[2], share);
    if (columns) setText(row.cells[3], score);
    row.classList.toggle("best", Boolean(best));
  });
}

// The settings of the occlusion map; it is made when somebody asks for it.
function networkOcclusionControls(state) {
  const { answer, header } = state;
  const { patch } = header;
  if (!patch) return;
  const { occlusion } = state.place;
  setText(answer.button, occlusion ? "Hide the occlusion map" : "Cover it piece by piece");
  answer.button.setAttribute("aria-pressed", String(occlusion));
  const names = { patch: "Patch", stride: "Step", fill: "Filled with" };
  const form = JSON.stringify(patch.offered);
  if (answer.form !== form) {
    answer.form = form;
    answer.choices.replaceChildren(...Object.entries(names).map(([key, label]) => {
      const { offered } = patch;
      const values = key === "fill" ? Object.entries(offered.fill) : offered[key].map((n) => [String(n), `${n} px`]);
      const select = make("select", { name: key }, ...values.map(([value, text]) => make("option", { value }, text)));
      select.onchange = () => networkLook(state, { [key]: select.value });
      answer.selects[key] = select;
      return make("label", {}, `${label} `, select);
    }));
  }
  for (const key of Object.keys(names)) {
    const select = answer.selects[key];
    if (select !== select.getRootNode().activeElement) select.value = String(patch[key]);
  }
  const part = deliveredPart("occlusion", header.occlusion);
  answer.over.hidden = !part?.header.done;
  answer.legend.hidden = !part?.header.done;
  if (!occlusion) setText(answer.words, `A patch slides over the picture, and at each place “${patch.label}” is computed anew.`);
  else if (!part?.header.done) setText(answer.words, "");
}

function networkOcclusionDraw(state, message) {
  const { answer } = state;
  const { header } = message;
  if (!header.done) return;
  const [rows, columns] = header.shape;
  answer.over.width = columns;
  answer.over.height = rows;
  const table = packColours(message.codes(header.table, 768));
  const codes = message.codes(header.codes, rows * columns);
  const context = answer.over.getContext("2d");
  const image = context.createImageData(columns, rows);
  const words = new Uint32Array(image.data.buffer);
  // The stronger, the less of the picture shines through.
  codes.forEach((code, i) => {
    const alpha = Math.round(215 * Math.min(1, Math.abs(code - 127.5) / 100));
    words[i] = ((alpha << 24) | (table[code] & 0xffffff)) >>> 0;
  });
  context.putImageData(image, 0, 0);
  // What random weights make is called no percentage.
  const points = (value) => show(header.percent ? 100 * value : value, header.percent ? 1 : 3);
  const unit = header.percent ? " points" : "";
  const [low, bar, high] = answer.legend.children;
  setText(low, `gains ${points(header.most)}${unit}`);
  setText(high, `loses ${points(header.most)}${unit}`);
  paintCodes(bar, Uint8Array.from({ length: 256 }, (_, i) => i), 1, 256, "diverging");
  const finished = header.done === header.total;
  setText(answer.words, `“${header.label}” has ${points(header.uncovered)}${header.percent ? " %" : ""}. With the patch at `
    + `${finished ? "" : `the first ${header.done} of `}${header.total} places, it loses ${points(header.lowest)} to ${points(header.highest)}${unit}.`);
}

// The part of the picture that the opened number can see.
function networkFieldDraw(state) {
  const { answer, accent } = state;
  const { marks, picture } = answer;
  const width = picture.clientWidth, height = picture.clientHeight;
  if (!width) return;
  const context = overlay(marks, width, height);
  const part = deliveredPart("cell", state.header?.cell);
  const field = part?.header.field;
  if (!field) return;
  const { width: columns, height: rows } = picture;
  if (field.mask !== undefined) {
    const bits = part.codes(field.mask, Math.ceil((rows * columns) / 8));
    context.fillStyle = "rgba(255, 255, 255, .45)";
    for (let i = 0; i < rows * columns; i++) {
      if (bits[i >> 3] & (128 >> (i & 7))) context.fillRect(((i % columns) * width) / columns, (Math.floor(i / columns) * height) / rows, width / columns, height / rows);
    }
  }
  outline(context, field.box, rows, columns, width, height, accent, 2);
}

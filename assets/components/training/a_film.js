// The first layer's filters: where they started, and at the moment that the scrubber stands at. When
// the run rests, a strip shows all moments; while it runs, only the last.

const FILM_CELL = 22, FILM_GAP = 2; // pixels of the strip

function trainingFilm(state, { header, codes }) {
  const { size, filters, table, steps } = header;
  const depth = table === "rgb" ? 3 : 1;
  state.frame = (number, filter) => {
    const each = size * size * depth;
    return codes(0, steps.length * filters.length * each)
      .subarray((number * filters.length + filter) * each, (number * filters.length + filter + 1) * each);
  };
  const form = `${filters.length} ${size} ${table}`;
  if (state.form !== form) {
    state.form = form;
    filmBuild(state, filters.length);
  }
  const { film } = state;
  const before = film.steps;
  film.steps = steps;
  // Who looks at the last moment goes on to look at the last.
  const stayed = before && film.at < before.length - 1 ? steps.indexOf(before[film.at]) : -1;
  film.at = stayed < 0 ? steps.length - 1 : stayed;
  film.slider.max = String(steps.length - 1);
  film.scrub.hidden = steps.length < 3;
  setText(film.head, header.frozen
    ? "Frozen: these filters stay as they were made, and only the layers behind them learn."
    : "Blue weights are negative, white ones zero, red ones positive; each filter has its own scale.");
  if (table === "rgb") setText(film.head, "Each cell shows the weights of red, green and blue as a colour; grey is zero.");
  filmShow(state);
  filmStrip(state);
  state.resized = () => filmStrip(state);
}

function filmBuild(state, count) {
  const head = make("p", { class: "quiet" });
  const figures = Array.from({ length: count }, () => {
    const start = make("canvas", { role: "img" }), now = make("canvas", { role: "img" });
    const caption = make("figcaption", { class: "quiet number" });
    return { start, now, caption, figure: make("figure", {},
      make("div", { class: "pair" }, start, make("span", { class: "quiet", "aria-hidden": "true" }, "→"), now), caption) };
  });
  const slider = make("input", { type: "range", min: "0", value: "0", "aria-label": "Moment of the run" });
  const label = make("output", { class: "number" });
  const strip = make("canvas", { class: "strip", "aria-hidden": "true" });
  const scrub = make("div", { class: "scrub" }, make("h3", {}, "Through the run"), label, slider, strip);
  state.root.replaceChildren(head, make("div", { class: "filters" }, ...figures.map(({ figure }) => figure)), scrub);
  state.film = { head, figures, slider, label, strip, scrub, steps: null, at: 0 };
  slider.oninput = () => {
    state.film.at = Number(slider.value);
    filmShow(state);
    filmStrip(state);
  };
  strip.onpointerdown = (event) => {
    const { columns } = state.film;
    const place = (event.offsetX / strip.clientWidth) * columns.length;
    slider.value = String(columns[Math.min(columns.length - 1, Math.floor(place))]);
    slider.oninput();
  };
}

function filmShow(state) {
  const { header } = state.message;
  const { figures, slider, label, steps, at } = state.film;
  slider.value = String(at);
  const last = at === steps.length - 1;
  setText(label, `step ${steps[at].toLocaleString("en")}${at === 0 ? ", the start" : last ? ", now" : ""}`);
  slider.setAttribute("aria-valuetext", label.textContent);
  figures.forEach(({ start, now, caption }, i) => {
    const { size, table, filters } = header;
    paintCodes(start, state.frame(0, i), size, size, table);
    paintCodes(now, state.frame(at, i), size, size, table);
    const { limit, changed } = filters[i];
    start.setAttribute("aria-label", `Filter ${i + 1} at the start`);
    now.setAttribute("aria-label", `Filter ${i + 1} at step ${steps[at]}, weights up to ±${show(limit)}`);
    now.title = `weights up to ±${show(limit)}`;
    setText(caption, `${i + 1} · ±${show(limit)}${last && steps.length > 1 ? ` · moved ${trainingPercent(changed, 0)}` : ""}`);
  });
}

// A column a moment, as many as there is room for, evenly chosen; a row a filter.
function filmStrip(state) {
  const { strip, scrub, steps, at } = state.film;
  if (scrub.hidden) return;
  const { size, table, filters } = state.message.header;
  const width = strip.parentElement.clientWidth;
  const room = Math.max(2, Math.floor((width + FILM_GAP) / (FILM_CELL + FILM_GAP)));
  const count = Math.min(room, steps.length);
  const columns = Array.from({ length: count }, (_, i) => Math.round((i * (steps.length - 1)) / (count - 1)));
  state.film.columns = columns;
  strip.style.width = `${count * (FILM_CELL + FILM_GAP)}px`;
  const context = overlay(strip, count * (FILM_CELL + FILM_GAP), filters.length * (FILM_CELL + FILM_GAP));
  strip.style.height = `${filters.length * (FILM_CELL + FILM_GAP)}px`;
  context.imageSmoothingEnabled = false;
  const cell = document.createElement("canvas");
  columns.forEach((frame, column) => {
    filters.forEach((_, row) => {
      paintCodes(cell, state.frame(frame, row), size, size, table);
      context.drawImage(cell, column * (FILM_CELL + FILM_GAP), row * (FILM_CELL + FILM_GAP), FILM_CELL, FILM_CELL);
    });
  });
  const nearest = columns.reduce((best, frame, i) => (Math.abs(frame - at) < Math.abs(columns[best] - at) ? i : best), 0);
  context.strokeStyle = getComputedStyle(state.root).getPropertyValue("--accent");
  context.lineWidth = 2;
  context.strokeRect(nearest * (FILM_CELL + FILM_GAP) - 1, 1, FILM_CELL + 2, filters.length * (FILM_CELL + FILM_GAP) - FILM_GAP - 1);
}

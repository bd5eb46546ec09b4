// The pipeline of the Filters page. Called on every new message, with the DOM that it made before.

const pipelines = new WeakMap();

function pipeline(component) {
  const { parentElement, data } = component;
  if (!data) return;
  let state = pipelines.get(parentElement);
  if (!state) {
    state = { root: parentElement.querySelector(".pipeline"), figures: new Map(), arrows: [], absent: {}, rows: [],
      cell: null, part: 0, large: null };
    pipelines.set(parentElement, state);
    state.width = state.root.clientWidth;
    new ResizeObserver(() => {
      state.width = state.root.clientWidth;
      if (!state.header || !state.picture) return;
      pipelineLayout(state);
      drawMarks(state);
    }).observe(state.root);
  }
  const message = unpack(data);
  const { header } = message;
  kernelNews(header.editor);
  withPicture(header.picture, (picture) => {
    state.accent ??= accentOf(state);
    Object.assign(state, { component, message, header, picture });
    state.picture.range ??= [...rangeOf(picture.pixels)];
    const titles = Object.fromEntries(header.stages.map((s) => [s.name, s.title]));
    state.names = titles;
    drawStages(state);
    drawBank(state);
    keepCell(state);
    state.root.dataset.version = header.version;
    answered(component, header.answered);
    // For the next time: the theme may change, and asking costs more than drawing.
    clearTimeout(state.asking);
    state.asking = setTimeout(() => { state.accent = accentOf(state); }, 500);
  });
}

function accentOf(state) {
  return getComputedStyle(state.root).getPropertyValue("--accent").trim() || "#e0562b";
}

function rangeOf(pixels) {
  let low = 255, high = 0;
  for (const code of pixels) {
    if (code < low) low = code;
    if (code > high) high = code;
  }
  return [low / 255, high / 255];
}

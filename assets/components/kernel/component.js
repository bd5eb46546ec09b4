// The kernel editor. Streamlit calls kernel() once to show it and again with every new value; the
// elements stay, and what the person is doing with them is kept in a state beside them.

const kernelStates = new WeakMap();
const KERNEL_INPUT = {
  type: "text", autocomplete: "off", autocapitalize: "off", autocorrect: "off", spellcheck: "false",
};
const KERNEL_BUTTONS = [
  ["normalise", "Divide by the sum, so that the weights sum to 1"],
  ["negate", "Negate: every weight with the other sign"],
  ["flip_columns", "Flip left and right"],
  ["flip_rows", "Flip upside down"],
  ["rotate_90", "Rotate by 90° clockwise"],
  ["rotate_45", "Rotate by 45° clockwise"],
  ["transpose", "Transpose: rows become columns"],
  ["random", "Random weights"],
  ["reset", "Reset to the preset"],
];

function kernel(component) {
  const { parentElement, data: [data] } = component;
  let state = kernelStates.get(parentElement);
  if (!state) {
    state = { root: parentElement.querySelector(".kernel"), cells: [], problem: "" };
    kernelStates.set(parentElement, state);
  }
  state.component = component;
  kernelLatest = component;
  answered(component, data.answered);
  // Older news must not undo what was done meanwhile; once all is answered, the page is right.
  if (!state.model || !hasUnsent(component)) state.model = structuredClone(data);
  if (!state.grid) kernelBuild(state);
  kernelRender(state);
  state.root.dataset.answered = data.answered;
}

// What an edit changed comes with the new maps, ahead of the editor's own next message.
let kernelLatest = null;

function kernelNews(view, news) {
  if (!kernelLatest || !kernelLatest.parentElement.isConnected) return;
  sendWith(kernelLatest, view);
  kernel({ ...kernelLatest, data: [{ ...kernelLatest.data[0], ...news }] });
}

function kernelSend(state, edit) {
  kernelForgive(state);
  sendEdit(state.component, edit, true);
  kernelRender(state);
}

function kernelFocused(state) {
  return state.root.getRootNode().activeElement;
}

function kernelRender(state) {
  kernelShowChips(state);
  kernelShowMenu(state);
  kernelShowPresets(state);
  kernelShowSizes(state);
  const active = kernelActive(state);
  if (kernelFocused(state) !== state.name || !state.naming) state.name.value = active.name;
  kernelShowGrid(state);
  kernelShowField(state, state.bias);
  state.sum.textContent = kernelShort(Math.round(active.sum * 1e6) / 1e6, 9);
  const zero = Math.abs(active.sum) < 1e-9;
  state.even.textContent = zero ? "even areas add up to 0" : "times even areas, in each channel";
  const choice = state.convolution[state.model.convolution ? 1 : 0];
  if (!choice.checked) choice.checked = true;
  kernelEnable(state.buttons.normalise, active.can_normalise ? "" : active.why_not,
    KERNEL_BUTTONS[0][1]);
  kernelShowLine(state);
}

// One place of constant height: what is wrong, or else what the preset is and where it is from.
function kernelShowLine(state) {
  const { presets, note } = state.model;
  const { problem, about, source } = state.line;
  const { preset, edited } = kernelActive(state);
  const known = presets.find((each) => each.key === preset);
  const sentence = state.problem || state.refused?.sentence || note;
  if (problem.textContent !== sentence) problem.textContent = sentence;
  problem.hidden = !sentence;
  about.hidden = Boolean(sentence);
  source.hidden = Boolean(sentence) || !known;
  const own = "Weights of your own. Choose a preset to start from a well-known kernel.";
  about.textContent = known ? (edited ? "Began as: " : state.model.convolution ? "Without the flip: " : "") + known.about : own;
  source.textContent = known?.source ?? "";
  source.title = known?.source ?? "";
  if (known?.url) source.setAttribute("href", known.url);
  else source.removeAttribute("href");
}

function kernelBuild(state) {
  const send = (edit) => kernelSend(state, edit);
  const active = () => state.model.active;
  const button = (icon, title, action, attributes = {}) => make("button", {
    type: "button",
    "aria-label": title,
    title,
    ...attributes,
    onclick: (event) => {
      if (event.currentTarget.getAttribute("aria-disabled") !== "true") action(event);
    },
  }, icon);

  state.chips = make("div", {
    role: "tablist", "aria-label": "Filters", class: "kernel-chips",
    onkeydown: (event) => kernelChipKey(state, event),
  });
  state.add = button(kernelIcon("add"), "Add a filter", () => send({ op: "add" }),
    { class: "kernel-add" });
  kernelBuildMenu(state, button);

  state.name = make("input", {
    ...KERNEL_INPUT, "aria-label": "Name of the filter", title: "Name of the filter",
    maxlength: state.model.limits.name,
    onfocus: () => { state.naming = false; state.gesture = kernelGesture(); },
    oninput: () => {
      state.naming = true;
      const name = state.name.value;
      if (!name.trim()) return;
      kernelActive(state).name = name;
      send({ op: "name", filter: active(), name, gesture: state.gesture });
    },
    onkeydown: (event) => { if (event.key === "Enter") state.name.blur(); },
    onblur: () => { state.naming = false; kernelRender(state); },
  });
  state.preset = { select: make("select", {
    "aria-label": "Preset",
    onchange: (event) => send({ op: "preset", filter: active(), key: event.target.value }),
  }) };
  state.size = {
    select: make("select", {
      "aria-label": "Kernel size",
      onchange: (event) => send({ op: "size", size: Number(event.target.value) }),
    }),
    reason: make("div", { class: "kernel-reason quiet" }),
  };

  state.grid = make("div", { class: "kernel-grid", role: "group" });
  state.sliding = {
    picture: make("div", { class: "kernel-sliding", role: "img" }),
    caption: make("div", { class: "kernel-caption quiet" }, "flipped by 180° before it slides"),
  };
  state.even = make("div", { class: "kernel-caption quiet" });
  const bias = make("input", { ...KERNEL_INPUT, class: "number", "aria-label": "Bias" });
  state.bias = {
    input: bias,
    get: () => kernelActive(state).bias,
    set: (value, gesture) => {
      kernelActive(state).bias = value;
      send({ op: "bias", filter: active(), value, gesture });
    },
    room: () => 7,
  };
  kernelField(state, state.bias);
  state.sum = make("span", { class: "number" });

  const choice = (value, text, title) => make("input", {
    type: "radio", name: "kernel-convolution", class: "hidden", "aria-label": text, title,
    onchange: () => {
      state.model.convolution = value;
      send({ op: "convolution", value });
    },
  });
  state.convolution = [
    choice(false, "cross-correlation", "What CNNs compute: the kernel slides as it stands"),
    choice(true, "true convolution", "As in mathematics: the kernel is flipped by 180° first"),
  ];
  state.buttons = Object.fromEntries(KERNEL_BUTTONS.map(([key, title]) => {
    const own = key === "random" || key === "reset";
    const edit = () => (own ? { op: key } : { op: "transform", key });
    return [key, button(kernelIcon(key), title, () => send({ ...edit(), filter: active() }))];
  }));
  state.line = {
    problem: make("div", { class: "kernel-problem", role: "status" }),
    about: make("div", { class: "kernel-about" }),
    source: make("a", { target: "_blank", rel: "noopener noreferrer", class: "kernel-source" }),
  };

  const row = (name, ...children) => make("div", { class: name }, ...children);
  state.root.replaceChildren(
    row("kernel-head", make("h3", {}, "Kernel"), state.size.select, state.menu.button,
      state.menu.list),
    state.size.reason,
    row("kernel-filters", state.chips, state.add),
    row("kernel-names", state.name, state.preset.select),
    row("kernel-body", state.grid,
      row("kernel-side",
        make("label", {}, make("span", { class: "quiet" }, "Bias"), bias),
        row("kernel-sum", make("span", { class: "quiet", title: "Sum of the weights" }, "Sum"), state.sum),
        state.even, state.sliding.picture, state.sliding.caption)),
    make("fieldset", { class: "kernel-flip" },
      make("legend", { class: "hidden" }, "How the kernel slides"),
      ...state.convolution.map((input) => make("label", { title: input.title }, input,
        make("span", { "aria-hidden": "true" }, input.getAttribute("aria-label"))))),
    row("kernel-tools", ...Object.values(state.buttons)),
    make("div", { class: "kernel-line quiet" }, state.line.problem, state.line.about,
      state.line.source),
  );
}

function kernelBuildMenu(state, button) {
  const list = make("div", { popover: "auto", class: "kernel-menu", role: "menu" });
  const item = (text, action) => {
    const made = button(text, text, () => {
      list.hidePopover();
      state.menu.button.focus();
      action(state.model.active);
    }, { role: "menuitem", tabindex: -1 });
    list.append(made);
    return made;
  };
  const items = {
    left: item("Move left", (i) => kernelArrange(state, "move", i, i - 1)),
    right: item("Move right", (i) => kernelArrange(state, "move", i, i + 1)),
    duplicate: item("Duplicate", (i) => kernelArrange(state, "duplicate", i)),
    remove: item("Remove", (i) => kernelArrange(state, "remove", i)),
  };
  const menu = button(kernelIcon("menu"), "More: move, duplicate, remove", () => {
    const place = menu.getBoundingClientRect();
    list.style.top = `${place.bottom + 4}px`;
    list.style.right = `${document.documentElement.clientWidth - place.right}px`;
    // Focused at once: the toggle event comes later than a quick next key.
    if (list.togglePopover()) list.firstElementChild.focus();
  }, { "aria-haspopup": "menu", "aria-expanded": "false", class: "kernel-more" });
  list.ontoggle = (event) => {
    menu.setAttribute("aria-expanded", String(event.newState === "open"));
  };
  list.onkeydown = (event) => {
    const all = [...list.children];
    const at = all.indexOf(kernelFocused(state));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length).focus();
  };
  state.menu = { button: menu, list, items };
}

// The row of filters, the name, the presets, the size and the menu.

function kernelActive(state) {
  return state.model.filters[state.model.active];
}

// What the page will answer is done at once where it can be foreseen, so that the next edit, typed
// before the answer, goes to the filter that the person sees.
function kernelArrange(state, op, filter, to) {
  const { model } = state;
  const { filters, active } = model;
  const shown = filters[active];
  kernelSend(state, op === "move" ? { op, filter, to } : { op, filter });
  if (op === "select") model.active = filter;
  if (op === "move") filters.splice(to, 0, ...filters.splice(filter, 1));
  if (op === "remove") filters.splice(filter, 1);
  if (op === "duplicate") {
    filters.splice(filter + 1, 0, structuredClone(filters[filter]));
    model.active = filter + 1;
  }
  if (op === "move" || op === "remove") {
    const still = filters.indexOf(shown);
    model.active = still >= 0 ? still : Math.min(active, filters.length - 1);
  }
  kernelRender(state);
}

function kernelChipKey(state, event) {
  const { filters, active } = state.model;
  const last = filters.length - 1;
  const to = {
    ArrowLeft: active === 0 ? last : active - 1,
    ArrowRight: active === last ? 0 : active + 1,
    Home: 0,
    End: last,
  }[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (to !== undefined) kernelArrange(state, "select", to);
  else if (event.key === "Delete" && last > 0) kernelArrange(state, "remove", active);
  else return;
  event.preventDefault();
  event.stopPropagation();
  state.chips.children[state.model.active].focus();
}

function kernelShowChips(state) {
  const { filters, active, limits } = state.model;
  const { chips, add } = state;
  const held = chips.contains(kernelFocused(state));
  while (chips.childElementCount > filters.length) chips.lastElementChild.remove();
  while (chips.childElementCount < filters.length) {
    const index = chips.childElementCount;
    const label = make("span", { class: "kernel-chip-name" });
    chips.append(make("button", {
      role: "tab",
      type: "button",
      onclick: () => kernelArrange(state, "select", index),
    }, make("span", { class: "number" }, String(index + 1)), label));
  }
  filters.forEach((filter, index) => {
    const chip = chips.children[index];
    chip.setAttribute("aria-selected", String(index === active));
    chip.setAttribute("aria-label", `Filter ${index + 1} ${filter.name}`);
    chip.tabIndex = index === active ? 0 : -1;
    chip.title = filter.name;
    chip.lastElementChild.textContent = filter.name;
  });
  if (held && !chips.children[active].matches(":focus")) chips.children[active].focus();
  const full = filters.length >= limits.filters;
  kernelEnable(add, full ? `A layer has at most ${limits.filters} filters here` : "", "Add a filter");
}

// A button that cannot be used says why in its title, and stays where the keyboard can reach it.
function kernelEnable(button, reason, title) {
  button.setAttribute("aria-disabled", String(Boolean(reason)));
  button.title = reason ? `${title}: not now. ${reason}` : title;
}

function kernelShowMenu(state) {
  const { filters, active, limits } = state.model;
  const { left, right, duplicate, remove } = state.menu.items;
  const last = filters.length - 1;
  kernelEnable(left, active === 0 ? "It is the first filter" : "", "Move left");
  kernelEnable(right, active === last ? "It is the last filter" : "", "Move right");
  const full = last + 1 >= limits.filters;
  kernelEnable(duplicate, full ? `A layer has at most ${limits.filters} filters here` : "", "Duplicate");
  kernelEnable(remove, last === 0 ? "A layer needs a filter" : "", "Remove");
}

function kernelShowPresets(state) {
  const { presets, sizes, size } = state.model;
  const { select } = state.preset;
  const { preset, edited } = kernelActive(state);
  const why = (each) => (each <= size ? "" : sizes.find((s) => s.size === each)?.reason ?? "");
  const built = JSON.stringify([presets, presets.map((each) => why(each.size))]);
  if (state.preset.built !== built) {
    state.preset.built = built;
    const groups = new Map();
    for (const each of presets) {
      if (!groups.has(each.group)) groups.set(each.group, make("optgroup", { label: each.group }));
      const reason = why(each.size);
      groups.get(each.group).append(make("option",
        { value: each.key, disabled: Boolean(reason), title: reason || each.about }, each.name));
    }
    const own = make("option", { value: "", disabled: true, hidden: true }, "No preset");
    select.replaceChildren(own, ...groups.values());
  }
  for (const option of select.options) {
    const name = presets.find((each) => each.key === option.value)?.name ?? "No preset";
    const text = edited && option.value === preset ? `Edited: ${name}` : name;
    if (option.textContent !== text) option.textContent = text;
  }
  if (select.value !== preset) select.value = preset;
  select.title = edited ? "The weights are no longer those of the preset" : "Preset";
}

function kernelShowSizes(state) {
  const { sizes, size } = state.model;
  const { select, reason } = state.size;
  const built = JSON.stringify(sizes);
  if (state.size.built !== built) {
    state.size.built = built;
    select.replaceChildren(...sizes.map((each) => make("option", {
      value: each.size, disabled: Boolean(each.reason), title: each.reason || false,
    }, `${each.size}×${each.size}`)));
    const reasons = [...new Set(sizes.map((each) => each.reason).filter(Boolean))];
    const closed = sizes.filter((each) => each.reason).map((each) => `${each.size}×${each.size}`);
    reason.textContent = closed.length ? `Does not fit now: ${closed.join(", ")}.` : "";
    reason.title = reasons.join(" ");
    select.title = ["Kernel size of the whole layer", ...reasons].join(". ");
  }
  if (select.value !== String(size)) select.value = String(size);
}

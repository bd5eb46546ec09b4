// What is chosen about the numbers: the map, the channel, the size of the region, the scale, the decimals.

function numbersControls(state) {
  const { root } = state;
  const group = (name) => root.querySelector(`[data-choice="${name}"]`);
  const button = (text, chosen) => {
    const made = make("button", { type: "button" }, text);
    made.onclick = () => {
      chosen();
      numbersAll(state);
    };
    return made;
  };
  state.choices = { map: group("map"), part: group("part"), size: group("size"), scale: group("scale") };
  state.choices.part.append(...CHANNEL_NAMES.map((name, i) => button(name, () => { state.part = i; })));
  state.choices.size.append(...NUMBERS_SIZES.map((size) => button(`${size}×${size}`, () => { numbersResize(state, size); })));
  state.choices.scale.append(...["0–1", "0–255"].map((name, i) => button(name, () => { state.bytes = i === 1; })));
  state.mapButton = ({ name, title }) => button(title, () => numbersSwitch(state, name));
  state.decimalsInput = root.querySelector("select");
  state.decimalsInput.onchange = () => {
    state.decimals = Number(state.decimalsInput.value);
    numbersAll(state);
  };
  root.querySelector(".copy").onclick = () => numbersCopy(state);
}

// A region of another size has the same middle.
function numbersResize(state, size) {
  state.size = size;
  state.top += (state.rows - Math.min(size, state.now.rows)) >> 1;
  state.left += (state.columns - Math.min(size, state.now.columns)) >> 1;
}

function numbersShowControls(state, maps, ways) {
  const { choices, now } = state;
  const press = (holder, chosen) => [...holder.children].forEach((each, i) =>
    each.setAttribute("aria-pressed", String(i === chosen)));
  const titles = maps.map(({ name, title }) => `${name}: ${title}`).join();
  if (choices.map.dataset.titles !== titles) {
    choices.map.dataset.titles = titles;
    choices.map.replaceChildren(...maps.map(state.mapButton));
  }
  press(choices.map, maps.indexOf(now));
  choices.part.hidden = !(now.depth === 3 && now.parts.length === 1);
  press(choices.part, state.part);
  press(choices.size, NUMBERS_SIZES.indexOf(state.fitting));
  [...choices.size.children].forEach((each, i) => {
    const covered = i > 0 && NUMBERS_SIZES[i - 1] >= Math.max(now.rows, now.columns);
    const fits = i === 0 || ways.get(NUMBERS_SIZES[i]).fits;
    each.disabled = covered || !fits;
    each.title = covered ? `This map has only ${now.rows} × ${now.columns} cells`
      : fits ? "" : "So many numbers could not be read at this width";
  });
  const isPicture = now.name === PICTURE_STAGE;
  press(choices.scale, isPicture ? Number(state.bytes) : -1);
  const reason = isPicture ? "" : "Only the pixels of the picture are stored as bytes: "
    + "the values of a map are what was computed from pixels between 0 and 1";
  choices.scale.title = reason;
  for (const each of choices.scale.children) Object.assign(each, { disabled: !isPicture, title: reason });
  const whole = isPicture && state.bytes;
  state.decimalsInput.value = String(whole ? 0 : state.decimals);
  state.decimalsInput.disabled = whole;
  state.decimalsInput.title = whole ? "From 0 to 255 the values are whole numbers" : "";
}

async function numbersCopy(state) {
  const copied = await numbersToClipboard(numbersAsText(state));
  const count = state.matrices.length;
  const shape = [...(count > 1 ? [count] : []), state.rows, state.columns].join(" × ");
  setText(state.said, copied ? `Copied: an array of ${shape}.` : "This browser does not let a page copy.");
  clearTimeout(state.saying);
  state.saying = setTimeout(() => setText(state.said, ""), 4000);
}

async function numbersToClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https a page may not write to the clipboard; the old way still may.
    const field = make("textarea", { style: "position:fixed;opacity:0" });
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}

// The systems in the order of their years. One of them is chosen: by a click, or by the arrow keys.

function timeline(component) {
  const { header } = unpack(component.data);
  const list = component.parentElement.querySelector(".timeline ol");
  const { systems } = header;
  if (list.children.length !== systems.length) {
    list.replaceChildren(...systems.map(({ key, name, year }, i) => {
      const button = make("button", { type: "button", role: "radio", "data-key": key },
        make("span", { class: "dot" }), make("span", { class: "year number" }, String(year)), make("span", { class: "name" }, name));
      const far = i > 0 && year - systems[i - 1].year > 5;
      return make("li", { class: far ? "far" : "", role: "none" }, button);
    }));
  }
  const buttons = [...list.querySelectorAll("button")];
  const mark = (chosen) => buttons.forEach((button) => {
    const own = button.dataset.key === chosen;
    button.setAttribute("aria-checked", String(own));
    button.tabIndex = own ? 0 : -1;
  });
  const choose = (button) => {
    mark(button.dataset.key);
    button.focus({ preventScroll: true });
    sendEdit(component, { op: "system", key: button.dataset.key });
  };
  for (const button of buttons) button.onclick = () => choose(button);
  list.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = buttons.findIndex((button) => button.tabIndex === 0);
    const last = buttons.length - 1;
    const next = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    if (next >= 0 && next <= last && next !== at) choose(buttons[next]);
  };
  answered(component, header.answered);
  if (!hasUnsent(component)) mark(header.chosen);
}

// The "why?" behind a term: a small button that opens two or three sentences and a formula.

const words = {};

function why(key) {
  const entry = words[key];
  if (!entry) return "";
  const [term, text, formula] = entry;
  const note = make("div", { class: "note", popover: "auto" },
    make("strong", {}, term), make("p", {}, text));
  if (formula) note.append(make("code", {}, formula));
  const button = make("button", { class: "why", type: "button", title: `Why? ${term}`,
    "aria-label": `What is: ${term}?`, "aria-expanded": "false" }, "?");
  button.onclick = (event) => {
    event.stopPropagation();
    if (note.matches(":popover-open")) return note.hidePopover();
    note.showPopover();
    const place = button.getBoundingClientRect(), size = note.getBoundingClientRect();
    note.style.left = `${Math.max(8, Math.min(place.left, innerWidth - size.width - 8))}px`;
    const below = place.bottom + 6;
    note.style.top = `${below + size.height < innerHeight ? below : Math.max(8, place.top - size.height - 6)}px`;
  };
  note.ontoggle = (event) => button.setAttribute("aria-expanded", String(event.newState === "open"));
  return make("span", { class: "why-place" }, button, note);
}

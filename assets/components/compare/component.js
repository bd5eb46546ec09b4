// The view "compare". Called on every new message, with the DOM that it made before.

function compare(component) {
  openView(component, "compare", compareBegin, compareDraw);
}

function compareBegin(state) {
  state.line = state.root.querySelector(".line");
}

function compareDraw(state) {
  setText(state.line, state.header.stages.map((stage) => stage.title).join(" → "));
}

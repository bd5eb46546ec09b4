// The view "numbers". Called on every new message, with the DOM that it made before.

function numbers(component) {
  openView(component, "numbers", numbersBegin, numbersDraw);
}

function numbersBegin(state) {
  state.line = state.root.querySelector(".line");
}

function numbersDraw(state) {
  setText(state.line, state.header.stages.map((stage) => stage.title).join(" → "));
}

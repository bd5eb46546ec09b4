// The view "connections". Called on every new message, with the DOM that it made before.

function connections(component) {
  openView(component, "connections", connectionsBegin, connectionsDraw);
}

function connectionsBegin(state) {
  state.line = state.root.querySelector(".line");
}

function connectionsDraw(state) {
  setText(state.line, state.header.stages.map((stage) => stage.title).join(" → "));
}

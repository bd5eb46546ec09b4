// The view "player". Called on every new message, with the DOM that it made before.

function player(component) {
  openView(component, "player", playerBegin, playerDraw);
}

function playerBegin(state) {
  state.line = state.root.querySelector(".line");
}

function playerDraw(state) {
  setText(state.line, state.header.stages.map((stage) => stage.title).join(" → "));
}

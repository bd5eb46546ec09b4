// The pipeline of the Filters page. Called on every new message, with the DOM that it made before.

function pipeline(component) {
  openView(component, "pipeline", pipelineBegin, pipelineDraw);
}

function pipelineBegin(state) {
  Object.assign(state, { figures: new Map(), arrows: [], absent: {}, rows: [], cell: null, part: 0, large: null });
  state.resized = () => {
    pipelineLayout(state);
    drawMarks(state);
  };
}

function pipelineDraw(state) {
  state.names = Object.fromEntries(state.header.stages.map((s) => [s.name, s.title]));
  drawStages(state);
  drawBank(state);
  keepCell(state);
}

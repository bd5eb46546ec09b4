// The pipeline of the Filters page. Called on every new message, with the DOM that it made before.

function pipeline(component) {
  openView(component, "pipeline", pipelineBegin, pipelineDraw);
}

function pipelineBegin(state) {
  Object.assign(state, { figures: new Map(), arrows: [], absent: {}, rows: [], cell: pipelineKept(), part: 0, large: null });
  state.resized = () => {
    pipelineLayout(state);
    drawMarks(state);
  };
}

// The cell that was chosen before a reload, if it is one; whether the map still has it is seen later.
function pipelineKept() {
  const kept = recall("pipeline");
  const known = kept && STAGES.includes(kept.stage)
    && [kept.filter, kept.row, kept.column].every((n) => Number.isInteger(n) && n >= 0);
  return known ? { stage: kept.stage, filter: kept.filter, row: kept.row, column: kept.column } : null;
}

function pipelineDraw(state) {
  state.names = Object.fromEntries(state.header.stages.map((s) => [s.name, s.title]));
  drawStages(state);
  drawBank(state);
  keepCell(state);
}

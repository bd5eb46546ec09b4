// Which cells belong together, what they were made from, and their values.

const COMPARE_SIDES = ["A", "B", "C"];
const COMPARE_COLOURS = ["", "#16a3a3", "#a05bd6"]; // A has the page's accent

// The stage that is shown, with the rows and columns of every side that belong together.
function compareStage(state) {
  const { header: { compare: { stages } }, message } = state;
  const stage = stages.find((each) => each.name === state.chosen) ?? stages[0];
  const [rows, columns] = stage.shape;
  return { ...stage, cells: stage.sides.map((side) => ({
    rows: message.floats(side.rows, rows), columns: message.floats(side.columns, columns) })) };
}

// The pixels that a cell of a side was made from, as [top, left, bottom, right]; padding included.
function compareWindow({ settings }, stage, row, column) {
  const span = stage === "pooling" ? settings.pool_size - 1 : 0;
  const step = stage === "pooling" ? settings.pool_stride : 1;
  const reach = settings.dilation * (settings.kernel - 1) + span * settings.stride;
  const top = row * step * settings.stride - settings.pads[0];
  const left = column * step * settings.stride - settings.pads[2];
  return [top, left, top + reach, left + reach];
}

// The value of a cell of a side, by the definition of its stages.
function compareValue(state, side, stage, row, column) {
  const { settings } = state.header.compare.sides[side];
  return stageValue({ header: { settings }, picture: state.picture, part: state.part }, stage, row, column);
}

// Where the chosen cell lies in every side, and what it is worth there.
function compareFound(state) {
  const { shown: { name, sides, cells }, cell } = state;
  const places = cells.map(({ rows, columns }) => [rows[cell[0]], columns[cell[1]]]);
  const values = places.map(([row, column], i) => compareValue(state, i, sides[i].stage, row, column));
  return { name, places, values, differences: values.slice(1).map((value) => value - values[0]) };
}

function compareNearest(places, place) {
  let best = 0;
  for (let i = 1; i < places.length; i++) {
    if (Math.abs(places[i] - place) < Math.abs(places[best] - place)) best = i;
  }
  return best;
}

// The cell that belongs to a place of one of the maps: of a side, of a difference, or of the picture.
function compareCellAt(state, view, row, column) {
  const { shown } = state;
  if (view.kind === "difference") return [row, column];
  if (view.kind === "side") {
    const { rows, columns } = shown.cells[view.side];
    return [compareNearest(rows, row), compareNearest(columns, column)];
  }
  const { rows, columns } = shown.cells[0], own = shown.sides[0].stage;
  const middle = (axis, r, c) => {
    const box = compareWindow(state.header.compare.sides[0], own, r, c);
    return (box[axis] + box[axis + 2]) / 2;
  };
  return [compareNearest(Array.from(rows, (r) => middle(0, r, 0)), row),
    compareNearest(Array.from(columns, (c) => middle(1, 0, c)), column)];
}

// A share in per cent, which is 0 and 100 only when it is exactly that.
function comparePercent(share) {
  if (share === 0 || share === 1) return `${100 * share} %`;
  return `${Math.min(Math.max(100 * share, 0.1), 99.9).toFixed(1)} %`;
}

// As many decimals as the smaller of two ranges needs to be seen in.
function compareDigits({ low, high, differences }) {
  const limits = [high - low, ...differences.filter((each) => each.share).map((each) => each.limit)];
  const least = Math.min(...limits.filter((each) => each > 0), 1);
  return Math.min(Math.max(2 - Math.floor(Math.log10(least)), 2), 6);
}

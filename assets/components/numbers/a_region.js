// Which part of which map is looked at: its place, its size, its values. Nothing here is drawn.
// Rows and columns are those of arrays: they start at 0.

const NUMBERS_SIZES = [5, 8, 12, 16];
const NUMBERS_KEPT = ["map", "top", "left", "size", "bytes", "decimals", "part", "row", "column"];

function numbersClamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

// What a reload brings back; what is stored may be anything.
function numbersRecall() {
  const start = { map: PICTURE_STAGE, top: 0, left: 0, size: 8, bytes: false, decimals: 2, part: 0,
    row: 0, column: 0 };
  const found = recall("numbers");
  for (const name of NUMBERS_KEPT) {
    const value = found?.[name];
    const usable = typeof value === "number" ? Number.isInteger(value) && value >= 0 : value !== undefined;
    if (typeof value === typeof start[name] && usable) start[name] = value;
  }
  if (!NUMBERS_SIZES.includes(start.size)) start.size = 8;
  return { ...start, decimals: Math.min(start.decimals, 4), part: Math.min(start.part, 2), fresh: !found };
}

function numbersRemember(state) {
  remember("numbers", Object.fromEntries(NUMBERS_KEPT.map((name) => [name, state[name]])));
}

// The maps of the filter that is shown large: depth counts the channels, and parts are those of them
// that are shown, each as a matrix of its own.
function numbersMaps(state) {
  const { picture, header } = state;
  const { channels } = picture;
  const apart = channels === 3 && header.settings.colour === "each";
  const [minimum, maximum] = picture.range;
  return [
    { name: PICTURE_STAGE, title: "Input", rows: picture.rows, columns: picture.columns, minimum, maximum,
      depth: channels, parts: channels === 3 ? [0, 1, 2] : [0] },
    ...header.stages.map(({ name, title, shape, maps }) => {
      const { minimum: low, maximum: high } = maps[header.settings.active];
      return { name, title, rows: shape[0], columns: shape[1], minimum: low, maximum: high,
        depth: apart ? 3 : 1, parts: [apart ? state.part : 0] };
    }),
  ];
}

function numbersDigits(state) {
  return state.now.name === PICTURE_STAGE && state.bytes ? 0 : state.decimals;
}

// The region after something has changed: within the map, and with the chosen cell in it.
function numbersSettle(state) {
  const { now } = state;
  state.rows = Math.min(state.fitting, now.rows);
  state.columns = Math.min(state.fitting, now.columns);
  state.top = numbersClamp(state.top, 0, now.rows - state.rows);
  state.left = numbersClamp(state.left, 0, now.columns - state.columns);
  state.row = numbersClamp(state.row, state.top, state.top + state.rows - 1);
  state.column = numbersClamp(state.column, state.left, state.left + state.columns - 1);
}

// Moves the region; the chosen cell keeps its place within it.
function numbersMove(state, top, left) {
  const { now, rows, columns } = state;
  const [oldTop, oldLeft] = [state.top, state.left];
  state.top = numbersClamp(top, 0, now.rows - rows);
  state.left = numbersClamp(left, 0, now.columns - columns);
  state.row += state.top - oldTop;
  state.column += state.left - oldLeft;
}

// Chooses a cell; the region follows where the cell lies beyond its edge.
function numbersChoose(state, row, column) {
  const { now, rows, columns } = state;
  state.row = numbersClamp(row, 0, now.rows - 1);
  state.column = numbersClamp(column, 0, now.columns - 1);
  state.top = numbersClamp(state.top, state.row - rows + 1, state.row);
  state.left = numbersClamp(state.left, state.column - columns + 1, state.column);
}

// Another map shows the same part of the picture: stages change the size, so places go in proportion.
function numbersSwitch(state, name) {
  const before = state.now;
  const now = numbersMaps(state).find((each) => each.name === name);
  for (const [from, to, start, shown, chosen] of [[before.rows, now.rows, "top", "rows", "row"],
    [before.columns, now.columns, "left", "columns", "column"]]) {
    const inside = state[chosen] - state[start];
    state[start] = Math.round(((state[start] + state[shown] / 2) * to) / from - state[shown] / 2);
    state[chosen] = state[start] + inside;
  }
  state.map = name;
}

// The whole map in the colours that the page gives it.
function numbersWhole(state) {
  return state.now.name === PICTURE_STAGE ? pictureSource(state) : stageSource(state, state.now.name);
}

// One matrix: the colours and values of one part of the map. A channel is drawn in its own colour, from
// black to full.
function numbersSource(state, part) {
  const { name, depth } = state.now;
  const plain = name === PICTURE_STAGE ? pictureSource(state, part, state.bytes ? 255 : 1) : stageSource(state, name);
  const known = new Map(); // a pooled value takes long enough to work out that it is not done twice
  const keep = 255 << (8 * part);
  return {
    ...plain,
    letters: numbersLetters(state),
    word: depth === 1 ? plain.word : (row, column) => (0xff000000 | (plain.word(row, column) & keep)) >>> 0,
    value(row, column) {
      const key = row * plain.columns + column;
      if (!known.has(key)) known.set(key, plain.value(row, column));
      return known.get(key);
    },
  };
}

// Minimum and maximum of each channel of a picture.
const numbersEnds = new WeakMap();

function numbersEndsOf(picture) {
  if (!numbersEnds.has(picture)) {
    const size = picture.rows * picture.columns;
    numbersEnds.set(picture, Array.from({ length: picture.channels }, (_, channel) =>
      rangeOf(picture.pixels.subarray(channel * size, (channel + 1) * size))));
  }
  return numbersEnds.get(picture);
}

// The region as NumPy writes an array: of two dimensions, or of three for the channels of a colour picture.
function numbersAsText(state) {
  const digits = numbersDigits(state);
  const matrix = ({ source }) => {
    const rows = Array.from({ length: state.rows }, (_, r) =>
      `[${Array.from({ length: state.columns }, (_, c) =>
        show(source.value(state.top + r, state.left + c), digits).replace("−", "-")).join(", ")}]`);
    return `[${rows.join(",\n ")}]`;
  };
  const matrices = state.matrices.map(matrix);
  return matrices.length === 1 ? matrices[0] : `[${matrices.join(",\n\n").replaceAll("\n", "\n ")}]`;
}

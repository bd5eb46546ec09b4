// Where a number came from, by the definition of each stage. Nothing here is drawn: it takes the
// picture and the settings and answers with cells, weights, products and sums, as
// playground/engine/explain.py does. Rows and columns are those of arrays: they start at 0.

const OUTSIDE = -1;

// Where a place of the padded picture lies in the picture itself.
function sourceCell(place, length, mode) {
  if (mode === "reflect") {
    const folded = Math.abs(place);
    return folded >= length ? 2 * (length - 1) - folded : folded;
  }
  if (mode === "replicate") return Math.min(Math.max(place, 0), length - 1);
  if (mode === "circular") return ((place % length) + length) % length;
  return place < 0 || place >= length ? OUTSIDE : place;
}

function convolutionSize(settings, picture) {
  const extent = settings.dilation * (settings.kernel - 1) + 1;
  const [top, bottom, left, right] = settings.pads;
  return [
    Math.floor((picture.rows + top + bottom - extent) / settings.stride) + 1,
    Math.floor((picture.columns + left + right - extent) / settings.stride) + 1,
  ];
}

// The window behind one cell of the convolution: which cells, and their products with the weights.
// channels lists the picture's channels that the sum runs over.
function convolutionWindow(settings, picture, filter, row, column, channels) {
  const { kernel, stride, dilation, pads, padding_mode: mode } = settings;
  const { weight, bias } = settings.filters[filter];
  const rows = [], columns = [];
  for (let i = 0; i < kernel; i++) {
    rows.push(sourceCell(row * stride - pads[0] + i * dilation, picture.rows, mode));
    columns.push(sourceCell(column * stride - pads[2] + i * dilation, picture.columns, mode));
  }
  const parts = channels.map((channel) => {
    const base = channel * picture.rows * picture.columns;
    const patch = [], products = [];
    let sum = 0;
    for (const r of rows) {
      for (const c of columns) {
        const inside = r !== OUTSIDE && c !== OUTSIDE;
        const value = inside ? picture.pixels[base + r * picture.columns + c] / 255 : 0;
        const product = value * weight[patch.length];
        patch.push(value);
        products.push(product);
        sum += product;
      }
    }
    return { channel, patch, products, sum };
  });
  const total = parts.reduce((sum, part) => sum + part.sum, 0);
  return { rows, columns, weight, bias, parts, total, value: Math.fround(total + bias) };
}

function activate(settings, value) {
  switch (settings.activation) {
    case "relu": return Math.max(0, value);
    case "leaky_relu": return value > 0 ? value : settings.slope * value;
    case "sigmoid": return 1 / (1 + Math.exp(-value));
    case "tanh": return Math.tanh(value);
    default: return value;
  }
}

function poolSize(settings, size) {
  return size.map((n) => Math.floor((n - settings.pool_size) / settings.pool_stride) + 1);
}

// The cells of the convolution that one pooled cell reads.
function poolCells(settings, row, column) {
  const cells = [];
  for (let i = 0; i < settings.pool_size; i++) {
    for (let j = 0; j < settings.pool_size; j++) {
      cells.push([row * settings.pool_stride + i, column * settings.pool_stride + j]);
    }
  }
  return cells;
}

function pooled(settings, values) {
  const sum = values.reduce((a, b) => a + b, 0);
  if (settings.pool === "max") return Math.max(...values);
  return settings.pool === "average" ? sum / values.length : sum;
}

// The first largest value in reading order, as in the engine. The engine sums in 32 bits, so values
// that differ by less than that can tell apart are a tie.
function winnerOf(values) {
  const largest = Math.max(...values);
  const slack = 1e-6 * Math.max(1, Math.abs(largest));
  return values.findIndex((v) => v >= largest - slack);
}

// Everything about one cell of the convolution: its window, its activation, and the pooled cell that
// it goes into: the one asked for, or else the first of them where pools overlap, or none where the
// pool's grid leaves the cell out.
function chain(settings, picture, filter, row, column, channels, asked) {
  const window = convolutionWindow(settings, picture, filter, row, column, channels);
  const result = { row, column, window, activated: activate(settings, window.value), pool: null };
  if (settings.pool === "none") return result;
  const size = poolSize(settings, convolutionSize(settings, picture));
  const place = asked ?? [row, column].map((cell, axis) => {
    const first = Math.ceil((cell - settings.pool_size + 1) / settings.pool_stride);
    const chosen = Math.max(0, first);
    const reads = chosen * settings.pool_stride <= cell;
    return reads && chosen < size[axis] ? chosen : null;
  });
  if (place.includes(null)) return result;
  const cells = poolCells(settings, ...place);
  const values = cells.map(([r, c]) =>
    activate(settings, convolutionWindow(settings, picture, filter, r, c, channels).value));
  const winner = settings.pool === "max" ? winnerOf(values) : -1;
  result.pool = { row: place[0], column: place[1], cells, values, winner, value: pooled(settings, values) };
  return result;
}

// The cell of the convolution that stands for a cell of a stage: itself; the winner (or the first
// cell) of a pooled one; the window centred closest to a cell of the picture.
function representative(settings, picture, filter, stage, row, column, channels) {
  if (stage === "pooling") {
    const cells = poolCells(settings, row, column);
    if (settings.pool !== "max") return cells[0];
    const values = cells.map(([r, c]) =>
      activate(settings, convolutionWindow(settings, picture, filter, r, c, channels).value));
    return cells[winnerOf(values)];
  }
  if (stage !== "input") return [row, column];
  const size = convolutionSize(settings, picture);
  const reach = (settings.dilation * (settings.kernel - 1)) / 2;
  return [row, column].map((place, axis) => {
    const centre = Math.round((place + settings.pads[2 * axis] - reach) / settings.stride);
    return Math.min(Math.max(centre, 0), size[axis] - 1);
  });
}

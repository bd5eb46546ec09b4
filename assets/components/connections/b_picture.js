// The picture with its padding around it, one canvas pixel a cell: as it is, with the shares of one
// weight, or with only those pixels bright that a cell can see.

// Everything about the picture that stays while the pointer moves: colours, dimmed colours, and the sum
// of the chosen channels' bytes, for every place of the padded picture.
function connectionsPrepare(state) {
  const { picture, header, layer, channel } = state;
  const key = [header.picture, layer.pads, layer.mode, channel].join();
  if (state.padded?.key === key) return;
  const [top, bottom, left, right] = layer.pads;
  const { rows, columns, channels, pixels } = picture;
  const size = rows * columns;
  const height = rows + top + bottom, width = columns + left + right;
  const image = new ImageData(width, height);
  const padded = { key, top, left, rows: height, columns: width, image,
    words: new Uint32Array(image.data.buffer), plain: new Uint32Array(height * width),
    dim: new Uint32Array(height * width), sums: new Uint16Array(height * width),
    lit: new Uint8Array(height * width) };
  const parts = channel === null ? Array.from({ length: channels }, (_, i) => i) : [channel];
  const sourceColumns = Array.from({ length: width }, (_, c) => sourceCell(c - left, columns, layer.mode));
  for (let r = 0, at = 0; r < height; r++) {
    const row = sourceCell(r - top, rows, layer.mode);
    const rowInside = r >= top && r < top + rows;
    for (let c = 0; c < width; c++, at++) {
      const outside = row === OUTSIDE || sourceColumns[c] === OUTSIDE;
      const from = row * columns + sourceColumns[c];
      let red = 0, green = 0, blue = 0;
      if (!outside) {
        red = pixels[from];
        [green, blue] = channels === 1 ? [red, red] : [pixels[from + size], pixels[from + 2 * size]];
        for (const part of parts) padded.sums[at] += pixels[from + part * size];
      }
      if (!rowInside || c < left || c >= left + columns) {
        [red, green, blue] = [(red + 128) >> 1, (green + 128) >> 1, (blue + 128) >> 1];
      }
      padded.plain[at] = connectionsWord(red, green, blue);
      const grey = connectionsDim(red, green, blue);
      padded.dim[at] = connectionsWord(grey, grey, grey);
    }
  }
  state.padded = padded;
}

function connectionsWord(red, green, blue) {
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

// A pixel that has no part: dark and without colour, so that it is told from a share near zero.
function connectionsDim(red, green, blue) {
  return Math.round(22 + 0.24 * (0.299 * red + 0.587 * green + 0.114 * blue));
}

function connectionsPut(state) {
  const { padded, view } = state;
  if (view.pixels.width !== padded.columns) view.pixels.width = padded.columns;
  if (view.pixels.height !== padded.rows) view.pixels.height = padded.rows;
  view.pixels.getContext("2d").putImageData(padded.image, 0, 0);
}

function connectionsPlain(state) {
  state.padded.words.set(state.padded.plain);
  connectionsPut(state);
}

// All but these rows and columns of the picture dimmed.
function connectionsSpotlight(state, rows, columns) {
  const { padded } = state;
  padded.words.set(padded.dim);
  for (const row of rows) {
    const start = (row + padded.top) * padded.columns + padded.left;
    for (const column of columns) padded.words[start + column] = padded.plain[start + column];
  }
  connectionsPut(state);
}

// What one weight multiplies, coloured by weight × pixel. Answers with the counts for the sentence and
// the range of the shares.
function connectionsShares(state, weight, row, column) {
  const { padded, layer } = state;
  const { words, sums, dim, lit } = padded;
  const down = connectionsVisits(state.stages[0], 0, row);
  const across = connectionsVisits(state.stages[0], 1, column);
  const [bottom, right] = [padded.top + layer.input[0], padded.left + layer.input[1]];
  // A pixel of the picture counts also when it is met in the padding alone.
  const met = across.direct.map((_, c) => (across.times[c - padded.left] > 0 ? 1 : 0));
  let least = 765, most = 0;
  for (let r = 0, at = 0; r < padded.rows; r++) {
    const inside = r >= padded.top && r < bottom;
    const metRow = inside && down.times[r - padded.top] > 0 ? 1 : 0, directRow = down.direct[r];
    for (let c = 0; c < padded.columns; c++, at++) {
      const on = inside && c >= padded.left && c < right ? metRow & met[c] : directRow & across.direct[c];
      lit[at] = on;
      if (!on) continue;
      const sum = sums[at];
      if (sum < least) least = sum;
      if (sum > most) most = sum;
    }
  }
  const table = connectionsShareColours(Math.sign(weight), most);
  for (let at = 0; at < words.length; at++) words[at] = lit[at] ? table[sums[at]] : dim[at];
  connectionsPut(state);
  const ends = [weight * least / 255, weight * most / 255].map((v) => v + 0).sort((a, b) => a - b);
  return { times: connectionsTimes(down.times, across.times), range: ends, limit: Math.abs(weight) * most / 255 };
}

// The colour of a share for every sum of bytes; the strongest one stands at the end of the table.
function connectionsShareColours(sign, most) {
  const colours = store.tables.diverging;
  return Uint32Array.from({ length: 766 }, (_, sum) =>
    colours[Math.min(255, Math.round(127.5 + (most ? (127.5 * sign * sum) / most : 0)))]);
}

// How many pixels are multiplied how often, as [[times, pixels], ...]; those never multiplied left out.
function connectionsTimes(down, across) {
  const count = (times) => {
    const found = new Map();
    for (const n of times) found.set(n, (found.get(n) ?? 0) + 1);
    return [...found];
  };
  const total = new Map();
  for (const [a, rows] of count(down)) {
    for (const [b, columns] of count(across)) {
      if (a * b) total.set(a * b, (total.get(a * b) ?? 0) + rows * columns);
    }
  }
  return [...total].sort(([a], [b]) => a - b);
}

// Outlines: where the picture ends and its padding begins, and what is looked at.
function connectionsPictureMarks(state, rows, columns) {
  const { padded, layer, view, size: [width, height] } = state;
  const context = overlay(view.marks, width, height);
  const cell = width / padded.columns;
  if (layer.pads.some(Boolean)) {
    context.strokeStyle = "#fff";
    context.lineWidth = 1;
    context.setLineDash([4, 3]);
    context.strokeRect(padded.left * cell, padded.top * cell, layer.input[1] * cell, layer.input[0] * cell);
    context.setLineDash([]);
  }
  connectionsOutlines(context, connectionsRuns(rows, cell), connectionsRuns(columns, cell), cell, cell,
    state.accent, padded.top, padded.left);
}

const CONNECTIONS_LENS = 168;

// The part of the picture that a cell sees, enlarged.
function connectionsLens(state, rows, columns) {
  if (!rows.length) return;
  const { padded, view } = state;
  const canvas = view.lens.querySelector("canvas");
  const size = [rows.at(-1) - rows[0] + 1, columns.at(-1) - columns[0] + 1];
  const scale = CONNECTIONS_LENS / Math.max(...size);
  const [height, width] = size.map((n) => Math.max(2, Math.round(n * scale)));
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = overlay(canvas, width, height);
  context.imageSmoothingEnabled = scale < 1;
  context.drawImage(view.pixels, columns[0] + padded.left, rows[0] + padded.top, size[1], size[0], 0, 0, width, height);
}

const CONNECTIONS_OUTLINES = 9;

// One outline a run where they are few, else one around all of them.
function connectionsOutlines(context, rows, columns, cell, cellHeight, colour, top = 0, left = 0) {
  if (!rows.length || !columns.length) return;
  const few = rows.length * columns.length <= CONNECTIONS_OUTLINES;
  const around = (runs) => few ? runs : [[runs[0][0], runs.at(-1)[1]]];
  for (const [r0, r1] of around(rows)) {
    for (const [c0, c1] of around(columns)) {
      outline(context, [r0 + top, c0 + left, r1 + top, c1 + left], 1, 1, cell, cellHeight, colour);
    }
  }
}

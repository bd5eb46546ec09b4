// A field: a part of a map, enlarged until its values can be read, on three canvases: colours, values
// and marks. What it shows is a source: {rows, columns, word(row, column), value(row, column), letters},
// where word is the cell's colour as ImageData holds it and value its number, or undefined for a cell
// that has none to show; letters, if given, is the length of the longest number, so that all are written
// in one size. Rows and columns outside of the map are its padding.

const LETTERS = 26; // the least width of a cell, in pixels, that a number of two decimals fits into

function makeField(label, attributes = {}) {
  const [pixels, text, marks] = ["pixels", "text", "marks"].map((name) =>
    make("canvas", { class: name, "aria-hidden": "true" }));
  const element = make("div", { class: "field", tabindex: "0", role: "application",
    "aria-roledescription": "map", "aria-label": label, ...attributes }, pixels, text, marks);
  return { element, pixels, text, marks, box: [0, 0, 1, 1], cell: 1, source: null };
}

// box is [top, left, rows, columns] in cells of the source; cell is the width of one, in pixels.
function drawField(field, source, box, cell, digits = 2) {
  const [top, left, rows, columns] = box;
  Object.assign(field, { source, box, cell, digits });
  const width = columns * cell, height = rows * cell;
  field.element.style.width = `${width}px`;
  field.element.style.height = `${height}px`;
  field.element.dataset.box = box.join();
  const words = new Uint32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) words[r * columns + c] = source.word(top + r, left + c);
  }
  if (field.pixels.width !== columns) field.pixels.width = columns;
  if (field.pixels.height !== rows) field.pixels.height = rows;
  field.pixels.getContext("2d").putImageData(
    new ImageData(new Uint8ClampedArray(words.buffer), columns, rows), 0, 0);
  const context = overlay(field.text, width, height);
  field.font = null;
  if (cell < LETTERS) borderStripes(field, context, width, height);
  else {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) fieldCell(field, context, top + r, left + c);
    }
  }
  overlay(field.marks, width, height);
}

// Writes one cell: its number, and stripes where it is padding.
function fieldCell(field, context, row, column) {
  const { source, box: [top, left], cell, digits } = field;
  const x = (column - left) * cell, y = (row - top) * cell;
  if (row < 0 || column < 0 || row >= source.rows || column >= source.columns) stripes(context, x, y, cell);
  if (cell < LETTERS) return;
  const value = source.value(row, column);
  if (value === undefined) return;
  const text = typeof value === "string" ? value : show(value, digits);
  const letters = Math.max(text.length, source.letters ?? 0);
  const font = `${Math.min(22, (cell * 0.86) / Math.max(2.2, 0.62 * letters))}px ui-monospace, monospace`;
  if (field.font !== font) { // to set a font costs as much as to write a number
    field.font = context.font = font;
    context.textAlign = "center";
    context.textBaseline = "middle";
  }
  context.fillStyle = lightness(source.word(row, column)) > 118 ? "#111" : "#fff";
  context.fillText(text, x + cell / 2, y + cell / 2 + 1);
}

// Redraws one cell alone, after the source has changed its mind about it.
function redrawCell(field, row, column) {
  const { source, box: [top, left], cell } = field;
  const pixel = new ImageData(new Uint8ClampedArray(Uint32Array.of(source.word(row, column)).buffer), 1, 1);
  field.pixels.getContext("2d").putImageData(pixel, column - left, row - top);
  const context = field.text.getContext("2d");
  context.clearRect((column - left) * cell, (row - top) * cell, cell, cell);
  fieldCell(field, context, row, column);
}

// The grey, from 0 to 255, that is as bright as a colour: by the relative luminance that contrast is
// measured with (WCAG 2), taking 2.2 for the exponent of its curve. Below 118 white is read better.
const LINEAR = Float32Array.from({ length: 256 }, (_, code) => (code / 255) ** 2.2);

function lightness(word) {
  const luminance = 0.2126 * LINEAR[word & 255] + 0.7152 * LINEAR[(word >> 8) & 255]
    + 0.0722 * LINEAR[(word >> 16) & 255];
  return 255 * luminance ** (1 / 2.2);
}

function stripes(context, x, y, size) {
  context.save();
  context.beginPath();
  context.rect(x, y, size, size);
  context.clip();
  context.strokeStyle = "rgba(128, 128, 128, .75)";
  context.lineWidth = Math.max(0.5, size / 16);
  context.beginPath();
  for (let offset = -size; offset < size; offset += Math.max(2, size / 4)) {
    context.moveTo(x + offset, y + size);
    context.lineTo(x + offset + size, y);
  }
  context.stroke();
  context.restore();
}

// Stripes over all padding at once: cells that hold no numbers can be very many.
function borderStripes({ source, box: [top, left, rows, columns], cell }, context, width, height) {
  const x = Math.max(0, -left) * cell, y = Math.max(0, -top) * cell;
  const right = Math.min(columns, source.columns - left) * cell, bottom = Math.min(rows, source.rows - top) * cell;
  if (x <= 0 && y <= 0 && right >= width && bottom >= height) return;
  context.save();
  context.beginPath();
  context.rect(0, 0, width, height);
  context.rect(x, y, Math.max(0, right - x), Math.max(0, bottom - y));
  context.clip("evenodd");
  context.strokeStyle = "rgba(128, 128, 128, .75)";
  context.lineWidth = 1;
  context.beginPath();
  for (let offset = -height; offset < width; offset += 4) {
    context.moveTo(offset, height);
    context.lineTo(offset + height, 0);
  }
  context.stroke();
  context.restore();
}

// Outlines cells, given as [top, left, bottom, right] of the source, on the canvas of marks.
function markField(field, mark, colour, thick = 3) {
  const [top, left] = field.box;
  const cells = [mark[0] - top, mark[1] - left, mark[2] - top, mark[3] - left];
  const ratio = globalThis.devicePixelRatio || 1;
  outline(field.marks.getContext("2d"), cells, field.box[2], field.box[3],
    field.marks.width / ratio, field.marks.height / ratio, colour, thick);
}

function clearMarks(field) {
  const ratio = globalThis.devicePixelRatio || 1;
  field.marks.getContext("2d").clearRect(0, 0, field.marks.width / ratio, field.marks.height / ratio);
}

// The cell of the source under a pointer, or null beside the field.
function pointedCell(field, event) {
  const place = field.element.getBoundingClientRect();
  const [top, left, rows, columns] = field.box;
  const row = Math.floor(((event.clientY - place.top) / place.height) * rows);
  const column = Math.floor(((event.clientX - place.left) / place.width) * columns);
  return row < 0 || column < 0 || row >= rows || column >= columns ? null : [top + row, left + column];
}

// The step that a key asks for, as [rows, columns]; with Shift ten at a time. null for other keys.
function keyStep(event) {
  const step = event.shiftKey ? 10 : 1;
  return { ArrowUp: [-step, 0], ArrowDown: [step, 0], ArrowLeft: [0, -step], ArrowRight: [0, step],
    PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -Infinity], End: [0, Infinity] }[event.key] ?? null;
}

// The picture with its padding; a channel's number, or undefined for its colours (which have no values
// to write). scale is 1, or 255 for values as bytes.
function pictureSource(state, channel, scale = 1) {
  const { picture, header: { settings } } = state;
  const { channels, rows, columns, pixels } = picture;
  const grey = store.tables.grey;
  const place = (row, column) => {
    const r = sourceCell(row, rows, settings.padding_mode), c = sourceCell(column, columns, settings.padding_mode);
    return r === OUTSIDE || c === OUTSIDE ? OUTSIDE : r * columns + c;
  };
  const coloured = channels === 3 && channel === undefined;
  const base = channels === 1 ? 0 : (channel ?? 0) * rows * columns; // a grey picture has one alone
  return {
    rows, columns,
    word(row, column) {
      const at = place(row, column);
      if (!coloured) return grey[at === OUTSIDE ? 0 : pixels[base + at]];
      if (at === OUTSIDE) return 0xff000000;
      const size = rows * columns;
      return (0xff000000 | (pixels[at + 2 * size] << 16) | (pixels[at + size] << 8) | pixels[at]) >>> 0;
    },
    value(row, column) {
      if (coloured) return undefined;
      const at = place(row, column);
      return at === OUTSIDE ? 0 : (pixels[base + at] / 255) * scale;
    },
  };
}

// A map of the filter that is shown large: the engine's colours, and values worked out cell by cell.
function stageSource(state, name) {
  const { header, message } = state;
  const stage = header.stages.find((each) => each.name === name);
  const entry = stage.maps[header.settings.active];
  const [rows, columns] = stage.shape;
  const table = entry.table === "rgb" ? null : store.tables[entry.table];
  const codes = message.codes(entry.codes, rows * columns * (table ? 1 : 3));
  return {
    rows, columns,
    word(row, column) {
      const at = row * columns + column;
      if (table) return table[codes[at]];
      return (0xff000000 | (codes[3 * at + 2] << 16) | (codes[3 * at + 1] << 8) | codes[3 * at]) >>> 0;
    },
    value: (row, column) => stageValue(state, name, row, column),
  };
}

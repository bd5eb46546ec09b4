// Maps on canvases: codes through a colour table, crisp squares when enlarged, values when they fit.

const images = new WeakMap();

// Draws codes at one pixel a cell; CSS enlarges the canvas.
function paintCodes(canvas, codes, rows, columns, table) {
  const context = canvas.getContext("2d");
  let image = images.get(canvas);
  if (!image || canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
    image = context.createImageData(columns, rows);
    images.set(canvas, image);
  }
  const words = new Uint32Array(image.data.buffer);
  if (table === "rgb") {
    for (let i = 0; i < words.length; i++) {
      words[i] = 0xff000000 | (codes[3 * i + 2] << 16) | (codes[3 * i + 1] << 8) | codes[3 * i];
    }
  } else {
    const colours = store.tables[table];
    for (let i = 0; i < words.length; i++) words[i] = colours[codes[i]];
  }
  context.putImageData(image, 0, 0);
}

// Draws the picture itself, whose channels stand one after the other.
function paintPicture(canvas, picture) {
  const { channels, rows, columns, pixels } = picture;
  if (channels === 1) return paintCodes(canvas, pixels, rows, columns, "grey");
  const size = rows * columns;
  const codes = new Uint8Array(3 * size);
  for (let i = 0; i < size; i++) {
    codes[3 * i] = pixels[i];
    codes[3 * i + 1] = pixels[size + i];
    codes[3 * i + 2] = pixels[2 * size + i];
  }
  paintCodes(canvas, codes, rows, columns, "rgb");
}

// Fits a canvas that is drawn over a map to the screen's pixels and clears it.
function overlay(canvas, width, height) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

const LEAST_CELL = 30;

// The values written into the cells, dark on light cells and light on dark ones.
function writeValues(context, values, codes, rows, columns, table, width, height) {
  const cell = width / columns;
  if (cell < LEAST_CELL) return;
  const colours = store.tables[table];
  const whole = values.every((v) => Number.isInteger(v));
  context.font = `${Math.min(15, cell * 0.32)}px ui-monospace, monospace`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const word = colours[codes[r * columns + c]];
      const light = 0.299 * (word & 255) + 0.587 * ((word >> 8) & 255) + 0.114 * ((word >> 16) & 255);
      context.fillStyle = light > 118 ? "#111" : "#fff";
      context.fillText(show(values[r * columns + c], whole ? 0 : 2), (c + 0.5) * cell,
        ((r + 0.5) * height) / rows);
    }
  }
}

// A rectangle of cells, outlined so that it is seen on any colour. Its corners may lie outside.
function outline(context, box, rows, columns, width, height, colour, thick = 2) {
  const [top, left, bottom, right] = box;
  const x = (left * width) / columns, y = (top * height) / rows;
  let w = ((right - left + 1) * width) / columns, h = ((bottom - top + 1) * height) / rows;
  // A cell can be smaller than a pixel; its mark never is smaller than a finger can find.
  const [cx, cy] = [x + w / 2, y + h / 2];
  w = Math.max(w, 7);
  h = Math.max(h, 7);
  for (const [style, line] of [["rgba(0,0,0,.75)", thick + 2], [colour, thick]]) {
    context.strokeStyle = style;
    context.lineWidth = line;
    context.strokeRect(cx - w / 2, cy - h / 2, w, h);
  }
}

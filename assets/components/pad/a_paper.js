// The paper of the drawing pad: strokes as lists of points, [x, y, x, y, …] from 0 to 1, and how they
// are drawn. The numbers are the server's, playground/datasets/strokes.py.

const PAD_CELLS = 28;
const PAD_STROKES = 100, PAD_POINTS = 2000;
const PAD_STEP = 0.006; // of the pad's side; points closer together say nothing new
const PAD_PEN = 0.07;

function padPoints(strokes) {
  return strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
}

// Whether what a browser kept is a drawing.
function padIsDrawing(kept) {
  return Array.isArray(kept) && kept.length <= PAD_STROKES && kept.every((stroke) => Array.isArray(stroke)
    && stroke.length >= 2 && stroke.length % 2 === 0 && stroke.every((v) => Number.isFinite(v) && v >= 0 && v <= 1))
    && padPoints(kept) <= PAD_POINTS;
}

// Adds a point to the last stroke, or begins one with it; false when there is no room for it.
function padAdd(strokes, x, y, begins) {
  const point = [x, y].map((v) => Math.round(1000 * Math.min(Math.max(v, 0), 1)) / 1000);
  if (padPoints(strokes) >= PAD_POINTS || (begins && strokes.length >= PAD_STROKES)) return false;
  if (begins) {
    strokes.push(point);
    return true;
  }
  const stroke = strokes.at(-1);
  if (Math.hypot(point[0] - stroke.at(-2), point[1] - stroke.at(-1)) >= PAD_STEP) stroke.push(...point);
  return true;
}

function padPaint({ canvas, strokes, cell, keyboard, down, accent }) {
  const side = canvas.clientWidth;
  if (!side) return;
  const context = overlay(canvas, side, side);
  Object.assign(context, { strokeStyle: "#fff", fillStyle: "#fff", lineWidth: PAD_PEN * side, lineCap: "round", lineJoin: "round" });
  for (const stroke of strokes) {
    context.beginPath();
    context.moveTo(stroke[0] * side, stroke[1] * side);
    if (stroke.length === 2) context.lineTo(stroke[0] * side + 0.01, stroke[1] * side);
    for (let i = 2; i < stroke.length; i += 2) context.lineTo(stroke[i] * side, stroke[i + 1] * side);
    context.stroke();
  }
  if (!keyboard) return;
  // Where the pen is that the keys move: a ring while it is up, a full disc while it is down.
  const [x, y] = [cell[1], cell[0]].map((place) => ((place + 0.5) / PAD_CELLS) * side);
  context.beginPath();
  context.arc(x, y, (PAD_PEN * side) / 2 + 2, 0, 2 * Math.PI);
  Object.assign(context, { strokeStyle: accent, fillStyle: accent, lineWidth: 2.5 });
  if (down) context.fill();
  else context.stroke();
}

// What the player plays: stages, regions and steps. A step makes one cell of a stage's map; in skim one
// row of cells. Nothing here is drawn.

const PLAYER_MOST = 16; // more cells than this in a row or a column are too many to be read
const PLAYER_NEAR = 10; // cells of the input in a row or a column of what is seen close,
const PLAYER_NEAR_PHONE = 6; // and where the fields have little room side by side
const PLAYER_PHONE = 560; // pixels of width under which there is little room
const PLAYER_SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16];
const PLAYER_CHAIN = "chain";

// The names of what can be played, with their titles.
function playerStages(state) {
  return [...state.header.stages.map(({ name, title }) => [name, title]), [PLAYER_CHAIN, "One cell's chain"]];
}

function playerStage(state, name) {
  return state.header.stages.find((stage) => stage.name === name);
}

// The stage whose map a stage reads: the picture for the convolution.
function playerSource(state, name) {
  const names = state.header.stages.map((stage) => stage.name);
  return names.indexOf(name) > 0 ? names[names.indexOf(name) - 1] : PICTURE_STAGE;
}

function playerShape(state, name) {
  return name === PICTURE_STAGE ? [state.picture.rows, state.picture.columns] : playerStage(state, name).shape;
}

// How a stage's cells read along one axis: cell i reads places i · stride − pad + dilation · j.
function playerReach(state, name, axis) {
  const { settings } = state.header;
  if (name === "convolution") {
    const reach = settings.dilation * (settings.kernel - 1);
    return { stride: settings.stride, pad: settings.pads[2 * axis], after: settings.pads[2 * axis + 1], reach };
  }
  if (name === "pooling") return { stride: settings.pool_stride, pad: 0, after: 0, reach: settings.pool_size - 1 };
  return { stride: 1, pad: 0, after: 0, reach: 0 };
}

// Whether all of a stage's cells, and all that they read, can be shown with their values.
function playerIsSmall(state, name) {
  return [name, playerSource(state, name)].every((each) => Math.max(...playerShape(state, each)) <= PLAYER_MOST);
}

// The output cells that are played: [top, left, rows, columns].
function playerRegion(state, name, mode, place) {
  const [rows, columns] = playerShape(state, name);
  if (mode !== "close") return [0, 0, rows, columns];
  const near = state.width < PLAYER_PHONE ? PLAYER_NEAR_PHONE : PLAYER_NEAR;
  return [0, 1].map((axis) => {
    const { stride, reach } = playerReach(state, name, axis);
    const count = Math.min([rows, columns][axis], Math.max(3, Math.floor((near - 1 - reach) / stride) + 1));
    const first = place[axis] - (count >> 1);
    return [Math.min(Math.max(first, 0), [rows, columns][axis] - count), count];
  }).reduce((box, [first, count], axis) => {
    box[axis] = first;
    box[2 + axis] = count;
    return box;
  }, [0, 0, 0, 0]);
}

// The input cells that a region reads, as a box of the source; the whole source with its padding when
// the region is the whole map.
function playerInputBox(state, name, region) {
  const source = playerShape(state, playerSource(state, name));
  const shape = playerShape(state, name);
  const box = [0, 0, 0, 0];
  for (const axis of [0, 1]) {
    const { stride, pad, after, reach } = playerReach(state, name, axis);
    const whole = region[2 + axis] === shape[axis];
    const first = whole ? -pad : region[axis] * stride - pad;
    const end = whole ? source[axis] + after : (region[axis] + region[2 + axis] - 1) * stride - pad + reach + 1;
    box[axis] = first;
    box[2 + axis] = end - first;
  }
  return box;
}

// The input window of one output cell, as [top, left, bottom, right] of the source.
function playerWindow(state, name, row, column) {
  const down = playerReach(state, name, 0), across = playerReach(state, name, 1);
  const top = row * down.stride - down.pad, left = column * across.stride - across.pad;
  return [top, left, top + down.reach, left + across.reach];
}

function playerSteps(state, name, mode, region, place) {
  if (name === PLAYER_CHAIN) return playerChain(state, place).length;
  return mode === "skim" ? region[2] : region[2] * region[3];
}

// The output cell of a step; in skim the one of its row that was picked.
function playerCell(mode, region, step, place) {
  if (mode === "skim") return [region[0] + step, Math.min(Math.max(place[1], region[1]), region[1] + region[3] - 1)];
  return [region[0] + Math.floor(step / region[3]), region[1] + (step % region[3])];
}

// The chain of one cell of the last map, back to the picture and forward again: which stage and which
// cell each step looks at.
function playerChain(state, place) {
  const names = state.header.stages.map((stage) => stage.name);
  const { settings } = state.header;
  const steps = [];
  const pooling = names.includes("pooling");
  if (pooling) steps.push({ stage: "pooling", cell: place, asks: true });
  const cells = pooling ? poolCells(settings, ...place) : [place];
  for (const cell of cells) {
    steps.push({ stage: "convolution", cell });
    if (names.includes("activation")) steps.push({ stage: "activation", cell });
  }
  if (pooling) steps.push({ stage: "pooling", cell: place });
  return steps;
}

// Everything about one cell of a stage: its value, and what it was made from.
function playerMade(state, name, row, column) {
  const { settings } = state.header;
  const channels = summedChannels(state);
  const convolved = (r, c) => convolutionWindow(settings, state.picture, settings.active, r, c, channels);
  if (name === "convolution") {
    const window = convolved(row, column);
    return { name, row, column, window, sum: window.total, value: window.value };
  }
  if (name === "activation") {
    const before = convolved(row, column).value;
    return { name, row, column, before, sum: before, value: activate(settings, before) };
  }
  const cells = poolCells(settings, row, column);
  const values = cells.map(([r, c]) => activate(settings, convolved(r, c).value));
  const value = pooled(settings, values);
  return { name, row, column, cells, values, winner: settings.pool === "max" ? winnerOf(values) : -1, value,
    sum: values.reduce((a, b) => a + b, 0) };
}

// The step as a sentence, for those who listen.
function playerSentence(state, made) {
  const digits = state.play.decimals;
  const number = (value) => playerNumber(state, value, digits).replace("−", "minus ");
  const at = `row ${made.row + 1}, column ${made.column + 1}`;
  if (made.name === "activation") return `${at}: ${state.names.activation} of ${number(made.before)} = ${number(made.value)}`;
  if (made.name === "pooling") {
    const how = { max: "largest of", average: "mean of", sum: "sum of" }[state.header.settings.pool];
    return `${at}: ${how} ${made.values.map(number).join(", ")} = ${number(made.value)}`;
  }
  const { window } = made;
  const short = window.parts.length === 1 && window.weight.length <= 9;
  const terms = short
    ? window.parts[0].patch.map((v, i) => `${number(v)}×${number(window.weight[i])}`)
    : window.parts.map((part) => (window.parts.length > 1 ? `${CHANNEL_NAMES[part.channel]} ` : "") + number(part.sum));
  const bias = window.bias ? ` + bias ${number(window.bias)}` : "";
  return `${at}: ${terms.join(" + ")}${bias} = ${number(made.value)}`;
}

// A number in as few digits as it needs, up to two decimals.
function playerShort(value) {
  return show(value, 2).replace(/\.?0+$/, "");
}

// Whole numbers are shown as such where picture and kernel have nothing else.
function playerNumber(state, value, digits) {
  return show(value, state.play.whole && Math.abs(value - Math.round(value)) < 1e-9 ? 0 : digits);
}

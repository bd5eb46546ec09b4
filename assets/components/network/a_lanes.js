// Where the lines between layers run. Every row of the list is a layer, a folded block, or the picture; a
// value flows down in a lane of its own until the last row that reads it, as in the drawing of a history
// of versions: what goes straight on stays in its lane, branches move to the right, and joins come back.

// sources[i] lists the rows, all above, that row i reads. Returns the lane of every row, and the lines:
// {from, to, lane}, where lane is the one in which the line runs down.
function networkLanes(sources) {
  const count = sources.length;
  const last = new Array(count).fill(-1);
  sources.forEach((list, row) => list.forEach((source) => { last[source] = row; }));
  const taken = []; // by lane: the row whose value flows there, or -1
  const lanes = new Array(count).fill(0);
  const free = () => {
    const found = taken.indexOf(-1);
    return found < 0 ? taken.push(-1) - 1 : found;
  };
  for (let row = 0; row < count; row++) {
    const ending = sources[row].filter((source) => last[source] === row).map((source) => lanes[source]);
    for (const lane of ending) taken[lane] = -1;
    lanes[row] = ending.length ? Math.min(...ending) : free();
    taken[lanes[row]] = last[row] > row ? row : -1;
  }
  const lines = sources.flatMap((list, to) => list.map((from) => ({ from, to, lane: lanes[from] })));
  return { lanes, lines, width: Math.max(1, taken.length) };
}

// The rows that are on the screen when these blocks are unfolded: indices of items. An item is a layer or a
// block; the items of a block come right behind it, one level deeper.
function networkRows(items, unfolded) {
  const rows = [];
  for (let i = 0; i < items.length; i++) {
    rows.push(i);
    if (items[i].size && !unfolded.has(items[i].name)) i += items[i].size;
  }
  return rows;
}

// For every row, the rows that it reads; the header of an unfolded block reads nothing and is read by none.
function networkSources(items, rows, unfolded, reads) {
  const rowOf = new Map(); // of every layer, by its number
  rows.forEach((item, row) => {
    const { node, size } = items[item];
    if (node !== undefined) rowOf.set(node, row);
    else if (!unfolded.has(items[item].name)) {
      for (let i = item + 1; i <= item + size; i++) {
        if (items[i].node !== undefined) rowOf.set(items[i].node, row);
      }
    }
  });
  const sources = rows.map(() => new Set());
  reads.forEach((list, node) => {
    const row = rowOf.get(node);
    for (const source of list) if (rowOf.get(source) !== row) sources[row].add(rowOf.get(source));
  });
  return sources.map((set) => [...set]);
}

const NETWORK_LANE = 12; // pixels
const NETWORK_ROW = 46;

// The lines of all rows as one drawing beside them; heads are the rows that head an unfolded block.
function networkDrawLines(svg, sources, heads, marks) {
  const { lanes, lines, width } = networkLanes(sources);
  const x = (lane) => (lane + 0.75) * NETWORK_LANE, y = (row) => (row + 0.5) * NETWORK_ROW;
  const space = "http://www.w3.org/2000/svg";
  const shape = (tag, attributes) => {
    const element = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const total = (width + 0.5) * NETWORK_LANE;
  svg.setAttribute("width", total);
  svg.setAttribute("height", sources.length * NETWORK_ROW);
  svg.replaceChildren(
    ...lines.map(({ from, to, lane }) => {
      const bend = y(to) - NETWORK_ROW / 2, across = x(lanes[to]);
      const end = x(lane) === across ? `V${y(to)}`
        : `V${bend - 8} C${x(lane)},${bend + 8} ${across},${bend - 8} ${across},${bend + 12} V${y(to)}`;
      return shape("path", { d: `M${x(lane)},${y(from)} ${end}` });
    }),
    ...sources.flatMap((_, row) => heads.has(row) ? [] : [shape("circle", { cx: x(lanes[row]), cy: y(row),
      r: marks.has(row) ? 5.5 : 3.5, class: marks.has(row) ? "chosen" : "" })]));
  return total;
}

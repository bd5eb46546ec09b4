// Which cells read which, by the geometry of the layers alone, one axis at a time. A layer is {kernel,
// stride, dilation, pads, mode, input}: [rows, columns] each, pads top, bottom, left and right. Places
// are rows or columns in ascending order.

// The places of a layer's input that any of these places of its output reads.
function connectionsRead(layer, axis, places) {
  const length = layer.input[axis];
  const read = new Uint8Array(length);
  for (const place of places) {
    for (let tap = 0; tap < layer.kernel[axis]; tap++) {
      const source = sourceCell(connectionsTap(layer, axis, place, tap), length, layer.mode);
      if (source !== OUTSIDE) read[source] = 1;
    }
  }
  return connectionsPlaces(read);
}

// Where a tap of the kernel lies when it makes an output's place; beyond the input it is padding.
function connectionsTap(layer, axis, place, tap) {
  return place * layer.stride[axis] - layer.pads[2 * axis] + tap * layer.dilation[axis];
}

function connectionsPlaces(flags) {
  const places = [];
  for (let i = 0; i < flags.length; i++) if (flags[i]) places.push(i);
  return places;
}

// What a cell behind a chain of layers can see, as engine/explain.py's receptive_field: the layers run
// from the picture to the cell's own, and place is its [row, column]. stages holds the same for every
// stage on the way, the picture first and the cell itself last: rows and columns, the first row and
// column and the size of the uncut field, and the step from one cell's field to the next one's.
function receptiveField(layers, place) {
  let field = { rows: [place[0]], columns: [place[1]], first: place, size: [1, 1], step: [1, 1] };
  const stages = [field];
  for (const layer of layers.toReversed()) {
    let rows = connectionsRead(layer, 0, field.rows);
    let columns = connectionsRead(layer, 1, field.columns);
    if (!rows.length || !columns.length) rows = columns = []; // nothing but padding
    field = {
      rows, columns,
      first: field.first.map((first, axis) => connectionsTap(layer, axis, first, 0)),
      size: field.size.map((r, axis) =>
        (r - 1) * layer.stride[axis] + layer.dilation[axis] * (layer.kernel[axis] - 1) + 1),
      step: field.step.map((step, axis) => step * layer.stride[axis]),
    };
    stages.unshift(field);
  }
  return { ...field, stages };
}

// The other way round: every cell of every stage that depends on a pixel.
function connectionsReach(stages, place) {
  let reached = place.map((p) => [p]);
  return stages.map(({ layer, shape }) => {
    reached = reached.map((places, axis) => {
      const before = new Set(places);
      const found = new Uint8Array(shape[axis]);
      for (let cell = 0; cell < shape[axis]; cell++) {
        for (let tap = 0; tap < layer.kernel[axis] && !found[cell]; tap++) {
          const source = sourceCell(connectionsTap(layer, axis, cell, tap), layer.input[axis], layer.mode);
          if (before.has(source)) found[cell] = 1;
        }
      }
      return connectionsPlaces(found);
    });
    return { rows: reached[0], columns: reached[1] };
  });
}

// The cells of one axis that read a pixel, each with the taps of the kernel that do.
function connectionsFed(stage, axis, pixel) {
  const { layer, shape } = stage;
  const fed = [];
  for (let cell = 0; cell < shape[axis]; cell++) {
    const taps = [];
    for (let tap = 0; tap < layer.kernel[axis]; tap++) {
      const source = sourceCell(connectionsTap(layer, axis, cell, tap), layer.input[axis], layer.mode);
      if (source === pixel) taps.push(tap);
    }
    if (taps.length) fed.push({ cell, taps });
  }
  return fed;
}

// What one tap of the kernel meets on its way over one axis: direct marks the places of the padded
// picture, times says how often each place of the picture is met, by way of the padding too.
function connectionsVisits(stage, axis, tap) {
  const { layer, shape } = stage;
  const length = layer.input[axis], before = layer.pads[2 * axis];
  const direct = new Uint8Array(length + before + layer.pads[2 * axis + 1]);
  const times = new Uint16Array(length);
  for (let cell = 0; cell < shape[axis]; cell++) {
    const place = connectionsTap(layer, axis, cell, tap);
    direct[place + before] = 1;
    const source = sourceCell(place, length, layer.mode);
    if (source !== OUTSIDE) times[source]++;
  }
  return { direct, times };
}

// Neighbouring places as runs [first, last]; gaps below a pixel of the screen are closed.
function connectionsRuns(places, cell) {
  const runs = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last && (place - last[1] === 1 || (place - last[1] - 1) * cell < 1)) last[1] = place;
    else runs.push([place, place]);
  }
  return runs;
}

// Messages from the server, and what they leave behind: the picture's pixels and the colour tables.

const store = { pictures: new Map(), tables: {}, onPicture: new Map() };

// A message is four bytes of length, a JSON header, and arrays (see pack() in ui/components.py).
function unpack(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const start = 4 + length;
  const slice = (index, size) => {
    const from = start + header.offsets[index];
    return bytes.subarray(from, from + size);
  };
  return {
    header,
    codes: slice,
    floats: (index, count) => {
      const own = slice(index, 4 * count).slice();
      return new Float32Array(own.buffer, 0, count);
    },
  };
}

// Called with the page's own message: the picture that goes through the network. It comes once per
// picture, however often a kernel is edited.
function receive(bytes) {
  const { header, codes } = unpack(bytes);
  header.tables.forEach((name, i) => {
    if (!store.tables[name]) store.tables[name] = packColours(codes(1 + i, 768).slice());
  });
  Object.assign(words, header.words);
  const { digest, channels, rows, columns } = header.picture;
  if (store.pictures.has(digest)) return;
  const pixels = codes(0, channels * rows * columns).slice();
  if (store.pictures.size >= 3) store.pictures.delete(store.pictures.keys().next().value);
  store.pictures.set(digest, { channels, rows, columns, pixels });
  const waiting = store.onPicture.get(digest);
  store.onPicture.delete(digest);
  if (waiting) waiting();
}

function withPicture(digest, then) {
  if (store.pictures.has(digest)) then(store.pictures.get(digest));
  else store.onPicture.set(digest, () => then(store.pictures.get(digest)));
}

// 256 colours as the 32-bit words that ImageData holds.
function packColours(table) {
  const words = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    words[i] = 0xff000000 | (table[3 * i + 2] << 16) | (table[3 * i + 1] << 8) | table[3 * i];
  }
  return words;
}

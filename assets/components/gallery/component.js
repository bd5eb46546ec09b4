// The strip of pictures to choose from. It also keeps the user's own pictures in this browser tab, so
// that they are still there after a reload.

const galleries = new WeakMap();
const KEEP = "cnn-playground-picture:";

function gallery(component) {
  const { parentElement, data } = component;
  if (!data) return;
  const { header, codes } = unpack(data);
  const root = parentElement.querySelector(".gallery");
  const state = galleries.get(parentElement) ?? { tiles: new Map(), asked: "" };
  galleries.set(parentElement, state);
  const wanted = header.pictures.map((picture) => {
    if (picture.png) keepPicture(picture.key, codes(...picture.png));
    const tile = state.tiles.get(picture.key) ?? galleryTile(state, picture, codes);
    const chosen = picture.key === header.chosen;
    tile.setAttribute("aria-checked", String(chosen));
    tile.tabIndex = chosen ? 0 : -1;
    tile.onclick = () => sendEdit(component, { op: "picture", key: picture.key });
    return tile;
  });
  if (!wanted.some((tile) => tile.tabIndex === 0)) wanted[0].tabIndex = 0;
  if (wanted.length !== root.children.length || wanted.some((tile, i) => root.children[i] !== tile)) {
    root.replaceChildren(...wanted);
  }
  root.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = wanted.indexOf(event.target);
    const next = wanted[(at + step + wanted.length) % wanted.length];
    next.focus();
    next.click();
  };
  root.dataset.chosen = header.chosen;
  answered(component, header.answered);
  if (header.missing && state.asked !== header.missing) {
    state.asked = header.missing;
    sendEdit(component, { op: "restore", key: header.missing, png: keptPicture(header.missing) });
  }
}

function galleryTile(state, picture, codes) {
  const canvas = make("canvas");
  const [rows, columns] = picture.shape;
  paintCodes(canvas, codes(picture.codes, rows * columns * 3), rows, columns, "rgb");
  const tile = make("button", { type: "button", class: "tile", role: "radio", title: picture.title,
    "aria-label": `${picture.title}. ${picture.alt}` }, canvas);
  tile.classList.toggle("small", Math.max(rows, columns) < 40);
  state.tiles.set(picture.key, tile);
  return tile;
}

function keepPicture(key, bytes) {
  try {
    if (sessionStorage.getItem(KEEP + key)) return;
    Object.keys(sessionStorage).filter((k) => k.startsWith(KEEP)).slice(0, -2)
      .forEach((k) => sessionStorage.removeItem(k));
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    sessionStorage.setItem(KEEP + key, btoa(text));
  } catch {
    // A full or forbidden storage only means that a reload will ask for the picture again.
  }
}

function keptPicture(key) {
  try {
    return sessionStorage.getItem(KEEP + key) ?? "";
  } catch {
    return "";
  }
}

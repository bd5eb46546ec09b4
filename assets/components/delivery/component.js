// Parts of what a page shows, such as a network's layers: each is kept until another part of its name
// comes. Whoever draws is called, and looks by its digest whether it is the one to be drawn now.

const delivered = { parts: {}, then: new Set() };

function delivery(component) {
  if (!component.data) return;
  deliveredTake(component.data);
  for (const then of delivered.then) then();
}

// Several messages, each after its length in four bytes.
function deliveredTake(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.byteLength;) {
    const end = at + 4 + view.getUint32(at, true);
    const message = unpack(bytes.subarray(at + 4, end));
    delivered.parts[message.header.part] = message;
    at = end;
  }
}

function deliveredPart(name, digest) {
  const message = delivered.parts[name];
  return digest && message?.header.digest === digest ? message : null;
}

// One part of what a page shows, such as a network's layers: it is kept until another part of its name
// comes. Whoever draws is called, and looks by its digest whether it is the one to be drawn now.

const delivered = { parts: {}, then: new Set() };

function delivery(component) {
  if (!component.data) return;
  const message = unpack(component.data);
  delivered.parts[message.header.part] = message;
  for (const then of delivered.then) then();
}

function deliveredPart(name, digest) {
  const message = delivered.parts[name];
  return digest && message?.header.digest === digest ? message : null;
}

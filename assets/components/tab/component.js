// Keeps in this browser tab which training run is its own, so that a reload finds it again. The run is
// not part of the link: whoever gets the link gets the set-up, not somebody's run.

const tabsAsked = new WeakSet();

function tab(component) {
  const { parentElement, data } = component;
  if (!data) return;
  const [token, answer] = data;
  answered(component, answer);
  const kept = recall("run");
  if (token) {
    if (token !== kept) remember("run", token);
  } else if (kept && !tabsAsked.has(parentElement)) {
    sendEdit(component, { op: "restore", token: kept });
    remember("run", null); // a run that is over is not asked for again
  }
  tabsAsked.add(parentElement);
}

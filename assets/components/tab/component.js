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

// A field that is being typed into has an undo of its own; the page's button listens to the same keys
// and would take back the change before. Fields of our components decide for themselves.
addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || !["z", "y"].includes(event.key.toLowerCase())) return;
  if (event.target.matches?.("textarea, input:not([role=combobox], [type=checkbox], [type=radio], [type=range])")) {
    event.stopPropagation();
  }
}, true);

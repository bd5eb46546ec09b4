// The score of one set of exercises, kept in this browser tab.

function exerciseScore(seed) {
  const place = `practise/${seed}`;
  const known = recall(place);
  const score = known && typeof known === "object" && !Array.isArray(known) ? known : {};
  score.states ??= {};
  return { place, ...score };
}

// What is asked depends on the seed, the number and the topic alone.
function exerciseKey({ topic, number }) {
  return `${topic}.${number}`;
}

// state is "hint", "right", "wrong" or "shown"; those that are finished stand in their order.
function exerciseNote(score, exercise, state) {
  const key = exerciseKey(exercise);
  delete score.states[key];
  score.states[key] = state;
  exerciseKeep(score);
}

function exerciseKeep({ place, states, last }) {
  remember(place, { states, last });
}

function exerciseTally(score) {
  const tally = { right: 0, tried: 0, streak: 0, topics: {} };
  for (const [key, state] of Object.entries(score.states)) {
    if (state === "hint") continue;
    const topic = key.split(".")[0];
    const own = (tally.topics[topic] ??= { right: 0, tried: 0 });
    const right = state === "right";
    own.tried += 1;
    own.right += right;
    tally.tried += 1;
    tally.right += right;
    tally.streak = right ? tally.streak + 1 : 0;
  }
  return tally;
}

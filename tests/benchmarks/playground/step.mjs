// Training steps of TensorFlow Playground's own engine: node step.mjs FILE (its nn.ts, types off).
//
// One line of JSON in: {"shape", "rate", "inputs", "targets"}; tanh everywhere, the batch as given.
// Then one number a line in, a time in seconds, and for each one a line out: steps a second.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const nn = await import(pathToFileURL(process.argv[2]));
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { shape, rate, inputs, targets } = JSON.parse((await lines.next()).value);
const names = inputs[0].map((_, k) => `x${k}`);
const { TANH } = nn.Activations;
const network = nn.buildNetwork(shape, TANH, TANH, null, names);

/** Every item forward and back, as the Playground does, then one update. */
function step() {
  inputs.forEach((input, k) => {
    nn.forwardProp(network, input);
    nn.backProp(network, targets[k], nn.Errors.SQUARE);
  });
  nn.updateWeights(network, rate, 0);
}

for await (const line of lines) {
  const start = performance.now();
  const end = start + 1000 * Number(line);
  let count = 0;
  while (performance.now() < end) {
    for (let k = 0; k < 100; k++) step();
    count += 100;
  }
  console.log((1000 * count) / (performance.now() - start));
}

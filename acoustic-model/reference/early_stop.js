// early_stop.js FILE: when TensorFlow.js's EarlyStopping ends a training, as golden values for CountedResultsTest.
'use strict';
const fs = require('fs');
const {version_layers: version, callbacks} = require('@tensorflow/tfjs-layers');
require('@tensorflow/tfjs-backend-cpu');

// null: an epoch without a result.
const CASES = [
  {patience: 1, cers: [0.5, 0.4, 0.4, 0.3]},
  {patience: 2, cers: [0.9, 0.5, 0.5, 0.6, 0.4, 0.41]},
  {patience: 2, cers: [0.9, 0.5, 0.6, 0.4, 0.41, 0.39, 0.39, 0.38, 0.38]},
  {patience: 3, cers: [1.0, 1.0, 1.0, 0.99, 0.995, 0.991, 0.99, 0.98]},
  {patience: 2, cers: [0.5, 0.6, null, null, 0.5, 0.4]},
  {patience: 2, cers: [null, 0.5, null, 0.6, 0.4, null, null, 0.3]},
];

async function ended({patience, cers}) {
  const model = {stopTraining: false};
  const callback = callbacks.earlyStopping({monitor: 'val_cer', mode: 'min', patience});
  callback.setModel(model);
  await callback.onTrainBegin();
  const waits = [];
  const bests = [];
  for (const [i, cer] of cers.entries()) {
    await callback.onEpochEnd(i, cer === null ? {} : {val_cer: cer});
    waits.push(callback.wait);
    bests.push(callback.best === Infinity ? null : callback.best);
    if (model.stopTraining) {
      return {ended_by: i + 1, waits, bests};
    }
  }
  return {ended_by: null, waits, bests};
}

async function main() {
  // EarlyStopping takes LayersModels only.
  callbacks.earlyStopping().constructor.prototype.setModel = function(model) {
    this.model = model;
  };
  console.warn = () => {};
  const cases = [];
  for (const each of CASES) {
    cases.push({...each, ...await ended(each)});
  }
  const lines = cases.map((each) => '  ' + JSON.stringify(each)).join(',\n');
  fs.writeFileSync(process.argv[2], `{\n "made_with": "TensorFlow.js ${version}",\n "cases": [\n${lines}\n ]\n}\n`);
}

main();

import {language} from '../language.js';

/**
 * Arguments by subject, the most frequently changed ones first. Arguments in no group come at the
 * end.
 */
const GROUPS = {
  data: ['train_manifest', 'test_manifest', 'vocab_path', 'mean_std_path', 'augment_conf_path', 'min_duration', 'max_duration',
    'max_test_duration', 'text_normalisation', 'unknown_characters'],
  training: ['num_epoch', 'batch_size', 'max_batch_frames', 'accumulate_batches', 'learning_rate', 'learning_rate_schedule', 'shuffle_method',
    'seed', 'test_off', 'early_stop_patience', 'early_stop_epoch'],
  schedule: ['learning_rate_epoch', 'learning_rate_decay', 'warmup_steps', 'learning_rate_floor', 'learning_rate_last_epoch',
    'plateau_patience'],
  optimiser: ['gradient_clip', 'norm_by_times', 'weight_decay', 'dropout', 'adam_beta1', 'adam_beta2', 'adam_epsilon', 'ema_decay',
    'average_checkpoints'],
  model: ['num_conv_layers', 'num_rnn_layers', 'rnn_layer_size', 'frozen_layers'],
  machine: ['use_gpu', 'devices', 'synchronised_statistics', 'precision', 'cpu_threads', 'checkpoint_interval', 'log_interval',
    'output_model_dir'],
};

/** Arguments that have fields of their own in the form. */
export const MODEL_REFERENCES = ['resume_model', 'pretrained_model'];

/**
 * @param {!Array<?>} all arguments as the service lists them
 * @return {!Array<{group: string, members: !Array<?>}>}
 */
export function grouped(all) {
  const byName = new Map(all.map((argument) => [argument['name'], argument]));
  const groups = Object.entries(GROUPS).map(([group, names]) => ({
    group,
    members: names.filter((name) => byName.has(name)).map((name) => byName.get(name)),
  }));
  const placed = new Set([...Object.values(GROUPS).flat(), ...MODEL_REFERENCES]);
  const rest = all.filter((argument) => !placed.has(argument['name']));
  return [...groups, {group: 'more', members: rest}].filter(({members}) => members.length > 0);
}

/**
 * The help text of an argument, in the language of the page if there is a translation.
 *
 * @param {?} argument
 * @return {string}
 */
export function help(argument) {
  return language().textOr(`argument.${argument['name']}`, argument['help']);
}

/**
 * The allowed values of an argument, in the language of the page if there is a translation.
 *
 * @param {?} argument
 * @return {string}
 */
export function allowed(argument) {
  return language().textOr(`allowed.${argument['name']}`, argument['allowed']);
}

/**
 * Converts a text from the form to a JSON value. A numeric argument becomes a number, a flag
 * becomes a boolean, and an empty text or None becomes null if the argument is optional. A text
 * that is not a number stays a text, so that the service can name it in its answer.
 *
 * @param {?} argument
 * @param {string} text
 * @return {string|number|boolean|null}
 */
export function value(argument, text) {
  const given = text.trim();
  if (given === '' || given === 'None') {
    return argument['optional'] ? null : given;
  }
  if (argument['type'] === 'flag') {
    return given === 'True';
  }
  return isNumeric(argument) && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(given) ? Number(given) : given;
}

/**
 * @param {?} argument
 * @return {boolean}
 */
export function isNumeric(argument) {
  return argument['type'] === 'integer' || argument['type'] === 'number';
}

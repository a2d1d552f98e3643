/**
 * A model of the pipeline on a cluster: from measured figures, the length of an epoch, what limits
 * it, and what data-prep, brokers, evaluators and store must have. It contacts no service.
 */
package deepspeech.cli.simulation;

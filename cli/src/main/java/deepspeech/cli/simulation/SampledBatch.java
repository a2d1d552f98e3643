package deepspeech.cli.simulation;

/**
 * A batch for all devices of a trainer.
 *
 * @param utterances their number
 * @param seconds seconds of audio
 * @param largestShare seconds of audio of the device that has most
 */
record SampledBatch(int utterances, double seconds, double largestShare) {}

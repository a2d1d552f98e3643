package deepspeech.benchmark.soak;

import deepspeech.runtime.process.ProcessMemory;

/**
 * The memory of a process at one time.
 *
 * @param seconds since the start of the run
 * @param step the step that the trainer has last reported
 * @param process such as {@code trainer-service}
 */
record MemorySample(double seconds, long step, String process, ProcessMemory memory) {}

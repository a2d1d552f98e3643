package deepspeech.trainer.bare;

import deepspeech.runtime.process.ProcessMemory;
import java.util.List;

/**
 * What a program that trains without a pipeline has measured.
 *
 * @param threads that share a step on the CPU
 * @param devices the number of devices that share a step
 * @param memory after the last step; null if the system does not report it
 */
record BareStepResult(int threads, int devices, ProcessMemory memory, List<MeasuredStep> steps) {}

package deepspeech.cli.benchmark;

import deepspeech.runtime.process.ProcessMemory;

/** The memory of a part of the pipeline that is a process. */
public record PartMemory(String part, ProcessMemory memory) {}

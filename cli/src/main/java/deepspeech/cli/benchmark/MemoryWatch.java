package deepspeech.cli.benchmark;

import deepspeech.runtime.process.ProcessMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The memory of processes as it was last looked at. */
final class MemoryWatch {
  private final Map<String, ProcessMemory> newest = new LinkedHashMap<>();

  /** Looks at processes, by the names of their parts. One that has ended keeps its last memory. */
  void look(Map<String, Long> processes) {
    processes.forEach(
        (part, process) -> ProcessMemory.of(process).ifPresent(memory -> newest.put(part, memory)));
  }

  List<PartMemory> parts() {
    List<PartMemory> parts = new ArrayList<>();
    newest.forEach((part, memory) -> parts.add(new PartMemory(part, memory)));
    return parts;
  }
}

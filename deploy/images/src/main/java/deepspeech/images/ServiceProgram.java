package deepspeech.images;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The programs that get an image. */
enum ServiceProgram {
  /** PyTorch is outside of the heap; a copy of weights and moments passes through it. */
  TRAINER(
      "trainer-service",
      "Trains DeepSpeech2 models from feature batches",
      40,
      List.of(8081),
      Map.of("DEEPSPEECH_WORK_DIR", ServiceProgram.WORK, "CUDA_CACHE_PATH", "/work/cuda"),
      ServiceProgram.COMMON_LICENCES
          + " AND GPL-3.0-or-later WITH GCC-exception-3.1 AND LicenseRef-Intel-Simplified"),
  /** ONNX Runtime and the model are outside of the heap. */
  EVALUATOR(
      "evaluator-service",
      "Tests checkpoints: CER, WER and transcripts",
      35,
      List.of(8082),
      Map.of("DEEPSPEECH_WORK_DIR", ServiceProgram.WORK),
      ServiceProgram.COMMON_LICENCES),
  /** Beside the heap there is a process of 55 MB for each thread that decodes. */
  DATA_PREP(
      "data-prep-service",
      "Computes feature batches from recordings",
      50,
      List.of(8083),
      Map.of("DEEPSPEECH_DATA_CACHE_DIR", "/work/cache"),
      ServiceProgram.COMMON_LICENCES + " AND LGPL-3.0-or-later"),
  DASHBOARD(
      "dashboard",
      "The web page with runs and curves",
      70,
      List.of(8040, 8041),
      Map.of(),
      ServiceProgram.COMMON_LICENCES);

  /** The only folder that a service writes to. */
  static final String WORK = "/work";

  /** The licences that NOTICE names for libraries of all services. */
  private static final String COMMON_LICENCES =
      "Apache-2.0 AND BSD-2-Clause AND BSD-3-Clause AND CC0-1.0 AND EPL-2.0 AND MIT";

  private final String module;
  private final String description;
  private final int heapPercent;
  private final List<Integer> ports;
  private final Map<String, String> environment;
  private final String licences;

  ServiceProgram(
      String module,
      String description,
      int heapPercent,
      List<Integer> ports,
      Map<String, String> environment,
      String licences) {
    this.module = module;
    this.description = description;
    this.heapPercent = heapPercent;
    this.ports = ports;
    this.environment = environment;
    this.licences = licences;
  }

  /**
   * Finds a program by the name of its module.
   *
   * @throws ImageException if there is no such program
   */
  static ServiceProgram of(String module) {
    return Arrays.stream(values())
        .filter(program -> program.module.equals(module))
        .findFirst()
        .orElseThrow(
            () ->
                new ImageException(
                    "--only: \"%s\" given, allowed: %s"
                        .formatted(
                            module,
                            String.join(
                                ", ",
                                Arrays.stream(values()).map(ServiceProgram::module).toList()))));
  }

  /** Name of the module, the image and the archive. */
  String module() {
    return module;
  }

  String description() {
    return description;
  }

  /** How much of the container's memory the heap may take; the rest is for native memory. */
  int heapPercent() {
    return heapPercent;
  }

  List<Integer> ports() {
    return ports;
  }

  Map<String, String> environment() {
    return environment;
  }

  /** The SPDX expression of what this repository adds to the base. */
  String licences() {
    return licences;
  }
}

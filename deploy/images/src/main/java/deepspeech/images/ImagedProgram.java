package deepspeech.images;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The programs that get an image. */
enum ImagedProgram {
  /** PyTorch is outside of the heap; a copy of weights and moments passes through it. */
  TRAINER(
      "trainer-service",
      "Trains DeepSpeech2 models from feature batches",
      40,
      List.of(8081),
      Map.of("DEEPSPEECH_WORK_DIR", ImagedProgram.WORK, "CUDA_CACHE_PATH", "/work/cuda"),
      ImagedProgram.COMMON_LICENCES
          + " AND GPL-3.0-or-later WITH GCC-exception-3.1 AND LicenseRef-Intel-Simplified"),
  /** ONNX Runtime and the model are outside of the heap. */
  EVALUATOR(
      "evaluator-service",
      "Tests checkpoints: CER, WER and transcripts",
      35,
      List.of(8082),
      Map.of("DEEPSPEECH_WORK_DIR", ImagedProgram.WORK),
      ImagedProgram.COMMON_LICENCES),
  /** Beside the heap there is a process of 55 MB for each thread that decodes. */
  DATA_PREP(
      "data-prep-service",
      "Computes feature batches from recordings",
      50,
      List.of(8083),
      Map.of("DEEPSPEECH_DATA_CACHE_DIR", "/work/cache"),
      ImagedProgram.COMMON_LICENCES + " AND LGPL-3.0-or-later"),
  DASHBOARD(
      "dashboard",
      "The web page with runs and curves",
      70,
      List.of(8040, 8041),
      Map.of(),
      ImagedProgram.COMMON_LICENCES),
  /** {@code deepspeech} with all commands that start no program of a checkout. */
  COMMAND_LINE(
      "command-line",
      "Publishes commands to the services, and shows runs",
      50,
      List.of(),
      Map.of(),
      "Apache-2.0 AND BSD-2-Clause AND BSD-3-Clause AND MIT") {
    @Override
    Path module(Path root) {
      return root.resolve("deploy/images/command-line");
    }

    @Override
    PackagedProgram read(Path root) throws IOException {
      return CommandLineApp.read(module(root).resolve("target/lib"));
    }

    /** Without memory it ends with 1, because 3 means that the run was stopped. */
    @Override
    List<String> options() {
      return List.of(
          "-XX:+CrashOnOutOfMemoryError",
          "-XX:+SuppressFatalErrorMessage",
          "-XX:-CreateCoredumpOnCrash",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Dsun.misc.unsafe.memory.access=allow");
    }
  };

  /** The only folder that a program writes to. */
  static final String WORK = "/work";

  /** The licences that NOTICE names for libraries of all services. */
  private static final String COMMON_LICENCES =
      "Apache-2.0 AND BSD-2-Clause AND BSD-3-Clause AND CC0-1.0 AND EPL-2.0 AND MIT";

  private final String image;
  private final String description;
  private final int heapPercent;
  private final List<Integer> ports;
  private final Map<String, String> environment;
  private final String licences;

  ImagedProgram(
      String image,
      String description,
      int heapPercent,
      List<Integer> ports,
      Map<String, String> environment,
      String licences) {
    this.image = image;
    this.description = description;
    this.heapPercent = heapPercent;
    this.ports = ports;
    this.environment = environment;
    this.licences = licences;
  }

  /**
   * Finds a program by the name of its image.
   *
   * @throws ImageException if there is no such program
   */
  static ImagedProgram of(String image) {
    return Arrays.stream(values())
        .filter(program -> program.image.equals(image))
        .findFirst()
        .orElseThrow(
            () ->
                new ImageException(
                    "--only: \"%s\" given, allowed: %s"
                        .formatted(
                            image,
                            String.join(
                                ", ",
                                Arrays.stream(values()).map(ImagedProgram::image).toList()))));
  }

  /** Name of the image and the archive; of a service also that of its module. */
  String image() {
    return image;
  }

  /** The folder of the module, with the list of licences that its build makes. */
  Path module(Path root) {
    return root.resolve(image);
  }

  /**
   * Reads the packaged program.
   *
   * @param root the repository
   * @throws ImageException if it is missing or has a jar of unknown origin
   */
  PackagedProgram read(Path root) throws IOException {
    return QuarkusApp.read(module(root).resolve("target/quarkus-app"));
  }

  /** Options of the JVM beside those of all programs. */
  List<String> options() {
    return List.of("-XX:+ExitOnOutOfMemoryError");
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

package deepspeech.images;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "build",
    description =
        "Builds container images of the packaged services and of the command line as archives, without Docker.",
    mixinStandardHelpOptions = true,
    resourceBundle = "deepspeech.images.project",
    version = "${bundle:project.version}",
    sortOptions = false,
    usageHelpAutoWidth = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:success",
      "1:failure; one line on standard error gives the reason",
      "2:invalid command line"
    })
final class BuildImages implements Callable<Integer> {
  private static final List<String> ALL =
      Stream.of(ImagedProgram.values()).map(ImagedProgram::image).toList();

  @Spec private CommandSpec spec;

  @Option(
      names = "--base",
      required = true,
      description = "tar://FILE, or an image of a registry with its digest, NAME@sha256:DIGEST")
  private String base;

  @Option(
      names = "--output",
      required = true,
      description = "folder for the archives and for a cache of layers")
  private Path output;

  @Option(
      names = "--runtime",
      description =
          "jlink, with which deploy/images/build makes a Java runtime, or the folder of one that jlink has made; without it the base has java")
  private Path runtime;

  @Option(
      names = "--only",
      split = ",",
      description = "names of programs, joined by commas; default: all")
  private List<String> only = ALL;

  @Option(
      names = "--flavor",
      defaultValue = "cpu",
      description =
          "PyTorch of the trainer: cpu, or cu128 with a base that has libtorch, which makes the image trainer-service-cuda")
  private String flavor;

  @Option(
      names = "--libtorch",
      defaultValue = TorchFlavor.LIBTORCH,
      description = "folder of libtorch in the base; default: ${DEFAULT-VALUE}")
  private String libtorch;

  @Option(names = "--push", description = "also push to this registry and path, as REGISTRY/PATH")
  private String push;

  @Option(
      names = "--allow-insecure",
      description =
          "use a registry without TLS or with a certificate that is not trusted, such as one of a test")
  private boolean allowInsecure;

  @Option(
      names = "--tag",
      defaultValue = "${bundle:project.version}",
      description = "tag; default: the project's version, ${DEFAULT-VALUE}")
  private String tag;

  @Option(names = "--revision", defaultValue = "unknown", description = "commit, for the labels")
  private String revision;

  @Option(
      names = "--root",
      defaultValue = "${sys:deepspeech.root:-.}",
      description = "the repository, with packaged programs")
  private Path root;

  /** Creates a command line that is ready to be executed. */
  static CommandLine commandLine() {
    return new CommandLine(new BuildImages())
        .setExecutionExceptionHandler(
            (failure, commandLine, result) -> {
              Throwable cause = failure;
              while (!(cause instanceof ImageException) && cause.getCause() != null) {
                cause = cause.getCause();
              }
              String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
              commandLine
                  .getErr()
                  .println(
                      cause instanceof ImageException
                          ? message
                          : cause.getClass().getSimpleName() + ": " + message);
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<ImagedProgram> programs = only.stream().map(ImagedProgram::of).toList();
    BuildSettings settings =
        new BuildSettings(
            root.toAbsolutePath().normalize(),
            BaseImage.read(base),
            output.toAbsolutePath().normalize(),
            Optional.ofNullable(runtime).map(BuildImages::runtime),
            TorchFlavor.read(flavor, libtorch),
            RegistryAccess.ofProcess(allowInsecure),
            Optional.ofNullable(push),
            tag,
            revision);
    settings.torch().requireUsable(programs, settings.base());
    Files.createDirectories(settings.output());
    for (ImagedProgram program : programs) {
      Path staging = Files.createTempDirectory(settings.output(), "staging");
      try {
        ProgramImage.Built built = new ProgramImage(program, settings, staging).build();
        out.printf("%s %s%n", built.archive(), built.digest());
        out.print(LayerSizes.of(built.archive(), built.layers()).table());
        out.flush();
      } finally {
        delete(staging);
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private static Path runtime(Path folder) {
    if (!Files.isExecutable(folder.resolve("bin/java"))) {
      throw new ImageException("--runtime: %s has no bin/java".formatted(folder));
    }
    return folder.toAbsolutePath().normalize();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

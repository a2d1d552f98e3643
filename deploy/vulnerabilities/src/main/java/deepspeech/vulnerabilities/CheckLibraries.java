package deepspeech.vulnerabilities;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "check",
    description =
        "Compares the shipped libraries with the reviewed ones, and those with advisories.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    footer =
        "%nThe script deploy/vulnerabilities/check also takes --download: it downloads the advisories "
            + "of OSV first, and gives them as --database.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:nothing found",
      "1:findings, a line each; or a failure, with one line on standard error",
      "2:invalid command line",
      "3:the database cannot be downloaded"
    })
final class CheckLibraries implements Callable<Integer> {
  private final Clock clock;

  @Spec private CommandSpec spec;

  @Option(
      names = "--database",
      paramLabel = "FILE_OR_FOLDER",
      description = "advisories in the OSV format: a zip archive, or a folder of JSON files")
  private Path database;

  @Option(
      names = "--record",
      description =
          "write the shipped libraries into the baseline, changed ones with today's date; the "
              + "review of their advisories must come first")
  private boolean record;

  @Option(
      names = "--reviewed-only",
      description = "do not compare with the packaged programs, which then need not exist")
  private boolean reviewedOnly;

  @Option(
      names = "--root",
      defaultValue = "${sys:deepspeech.root:-.}",
      description = "the repository, with packaged programs")
  private Path root;

  private CheckLibraries(Clock clock) {
    this.clock = clock;
  }

  /** Creates a command line that is ready to be executed. */
  static CommandLine commandLine() {
    return commandLine(Clock.system(ZoneOffset.UTC));
  }

  /** Creates a command line with another clock. */
  static CommandLine commandLine(Clock clock) {
    return new CommandLine(new CheckLibraries(clock))
        .setExecutionExceptionHandler(
            (failure, commandLine, result) -> {
              commandLine
                  .getErr()
                  .println(
                      failure instanceof ReviewException
                          ? failure.getMessage()
                          : failure.getClass().getSimpleName() + ": " + failure.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Override
  public Integer call() throws Exception {
    if (record && reviewedOnly) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--record needs the packaged programs, without --reviewed-only");
    }
    PrintWriter out = spec.commandLine().getOut();
    LocalDate today = LocalDate.now(clock);
    Path folder = root.resolve("deploy/vulnerabilities");
    if (record) {
      record(folder, today);
    }
    Baseline baseline = Baseline.read(folder);
    Review review = new Review(baseline);
    List<String> findings = new ArrayList<>();
    if (!reviewedOnly) {
      findings.addAll(review.ofShipped(ShippedLibraries.of(root)));
    }
    findings.addAll(review.ofAdvisories());
    findings.addAll(review.ofDay(today));
    String compared = "%d reviewed advisories".formatted(baseline.advisories().size());
    if (database != null) {
      AdvisoryDatabase advisories = AdvisoryDatabase.read(database);
      findings.addAll(review.ofDatabase(advisories));
      compared +=
          " and %d of %s, changed last %s"
              .formatted(advisories.advisories().size(), advisories.origin(), advisories.newest());
    }
    List<String> lines = findings.stream().distinct().toList();
    lines.forEach(out::println);
    out.printf(
        "%d libraries, %s: %s%n",
        baseline.libraries().size(),
        compared,
        switch (lines.size()) {
          case 0 -> "nothing found";
          case 1 -> "1 finding";
          default -> lines.size() + " findings";
        });
    return lines.isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private void record(Path folder, LocalDate today) throws IOException {
    Path file = folder.resolve(Baseline.LIBRARIES);
    Map<Library, LocalDate> before =
        Files.exists(file) ? Baseline.read(folder).libraries() : Map.of();
    Map<Library, LocalDate> after = new TreeMap<>();
    for (Library library : ShippedLibraries.of(root).programs().keySet()) {
      after.put(library, before.getOrDefault(library, today));
    }
    Files.write(file, Baseline.lines(after));
  }
}

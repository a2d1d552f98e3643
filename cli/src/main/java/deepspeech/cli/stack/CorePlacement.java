package deepspeech.cli.stack;

import static java.nio.charset.StandardCharsets.UTF_8;

import deepspeech.cli.failure.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The processor cores of the trainers, and those of all other parts. Each is a list in the notation
 * of taskset, such as {@code 0-3,8}.
 */
public record CorePlacement(String trainer, String others) {
  private static final String OPTION = "--trainer-cores";
  private static final String TASKSET = "taskset";
  private static final String ALLOWED = "Cpus_allowed_list:";
  private static final int HIGHEST = 9999;

  /**
   * Gives the trainers some of the cores of this process, and the other parts the others.
   *
   * @param given the trainers' cores
   * @throws CommandFailedException if these are not some of the cores, or all, or if taskset is
   *     missing
   */
  public static CorePlacement of(String given) {
    String allowed = allowedCores();
    CorePlacement placement = of(given, allowed);
    if (!isInstalled()) {
      throw new CommandFailedException(
          OPTION + ": taskset is not on the PATH; install it (Debian: util-linux) or leave it out");
    }
    return placement;
  }

  static CorePlacement of(String given, String allowed) {
    TreeSet<Integer> all = cores(allowed).orElseThrow();
    Optional<TreeSet<Integer>> trainer = cores(given);
    TreeSet<Integer> others = new TreeSet<>(all);
    trainer.ifPresent(others::removeAll);
    if (trainer.isEmpty() || !all.containsAll(trainer.get()) || others.isEmpty()) {
      throw new CommandFailedException(
          "%s: \"%s\" given, allowed: a list such as 0 or 0-3,8 of some of the cores %s, but not all, because the other parts need one"
              .formatted(OPTION, given, allowed));
    }
    return new CorePlacement(text(trainer.get()), text(others));
  }

  /** What starts a program on the cores of a service, before the program's own command line. */
  List<String> launcher(boolean ofTrainer) {
    return List.of(TASKSET, "-c", ofTrainer ? trainer : others);
  }

  /** Moves all threads of this process, which has broker and store, to the cores of the others. */
  public void moveThisProcess() throws InterruptedException {
    try {
      Process taskset =
          new ProcessBuilder(TASKSET, "-acp", others, Long.toString(ProcessHandle.current().pid()))
              .redirectErrorStream(true)
              .start();
      String output = new String(taskset.getInputStream().readAllBytes(), UTF_8);
      if (taskset.waitFor() != 0) {
        throw new CommandFailedException(OPTION + ": " + output.strip());
      }
    } catch (IOException e) {
      throw new CommandFailedException(OPTION + ": " + e.getMessage(), e);
    }
  }

  private static boolean isInstalled() {
    try {
      Process taskset =
          new ProcessBuilder(TASKSET, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return taskset.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String allowedCores() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(ALLOWED))
          .map(line -> line.substring(ALLOWED.length()).strip())
          .findFirst()
          .orElseThrow(() -> new CommandFailedException(OPTION + ": Linux lists no cores here"));
    } catch (IOException e) {
      throw new CommandFailedException(OPTION + ": only Linux has it: " + e.getMessage(), e);
    }
  }

  private static Optional<TreeSet<Integer>> cores(String list) {
    TreeSet<Integer> cores = new TreeSet<>();
    for (String range : list.split(",", -1)) {
      if (!range.matches("\\d{1,4}(-\\d{1,4})?")) {
        return Optional.empty();
      }
      String[] ends = range.split("-", -1);
      int last = Math.min(HIGHEST, Integer.parseInt(ends[ends.length - 1]));
      IntStream.rangeClosed(Integer.parseInt(ends[0]), last).forEach(cores::add);
    }
    return Optional.of(cores).filter(found -> !found.isEmpty());
  }

  private static String text(TreeSet<Integer> cores) {
    List<String> numbers = new ArrayList<>();
    cores.forEach(core -> numbers.add(Integer.toString(core)));
    return String.join(",", numbers);
  }
}

package deepspeech.cli.chaos;

import deepspeech.cli.process.LogRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the steps that trainers logged, including the steps that a trainer repeats after its
 * predecessor died.
 */
final class TrainerLog {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
  private static final Pattern LINE =
      Pattern.compile(
          "Train \\[([^]]+)] epoch: \\[(\\d+)/\\d+], batch: \\[(\\d+)/\\d+], learning rate: .*");

  /**
   * A training step.
   *
   * @param epoch from 1
   * @param batch number of batches of the epoch that are done after the step, from 1
   */
  record Step(Instant time, int epoch, int batch) {}

  private TrainerLog() {}

  /**
   * Reads the steps in the order of the log.
   *
   * @param zone time zone of the timestamps in the log
   */
  static List<Step> steps(Path log, ZoneId zone) {
    try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
      return lines.map(line -> step(line, zone)).flatMap(Optional::stream).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the log " + log + " cannot be read", e);
    }
  }

  private static Optional<Step> step(String line, ZoneId zone) {
    Matcher matcher = LINE.matcher(LogRecord.in(line).map(LogRecord::message).orElse(line));
    return matcher.matches()
        ? Optional.of(
            new Step(
                LocalDateTime.parse(matcher.group(1), TIME).atZone(zone).toInstant(),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)) + 1))
        : Optional.empty();
  }
}

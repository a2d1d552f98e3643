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
 * The steps that trainers tell in their log, those among them that a trainer repeats after another
 * one's death.
 */
final class TrainerLog {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
  private static final Pattern LINE =
      Pattern.compile(
          "Train \\[([^]]+)] epoch: \\[(\\d+)/\\d+], batch: \\[(\\d+)/\\d+], learning rate: .*");

  /**
   * A step that was taken.
   *
   * @param epoch from 1
   * @param batch batches of the epoch done with it, from 1
   */
  record Step(Instant time, int epoch, int batch) {}

  private TrainerLog() {}

  /**
   * Reads the steps in the order in which they were taken.
   *
   * @param zone of the times in the log
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

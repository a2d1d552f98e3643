package deepspeech.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.evaluation.Evaluation;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.run.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class VocabularyIT {
  /** U+20BB7, as in Japanese names, beyond what a Java char holds. */
  private static final String BEYOND = Character.toString(0x20BB7);

  @TempDir Path directory;
  private RunningPipeline pipeline;

  @AfterEach
  void stop() {
    pipeline.close();
  }

  @Test
  void checkpointsOfARunWithCharactersBeyondTheFirstPlaneAreTested() throws Exception {
    // Given
    pipeline = new RunningPipeline(directory);
    for (String file : new String[] {"manifest.train", "manifest.test", "vocab.txt"}) {
      writeOtherwise(directory.resolve("data/corpus").resolve(file));
    }
    pipeline.start(1);

    // When
    RunStatus end = pipeline.train("beyond", Map.of("num_epoch", 1)).status();

    // Then
    assertThat(end).isEqualTo(RunStatus.FINISHED);
    Evaluation evaluation = pipeline.awaitEvaluation();
    assertThat(pipeline.runState(new RunId("beyond")).warnings())
        .noneMatch(line -> line.contains("tested"));
    assertThat(evaluation.samples()).anyMatch(sample -> sample.reference().contains(BEYOND));
  }

  /** The texts alone have this letter in quotation marks behind the name of the field. */
  private static void writeOtherwise(Path file) throws IOException {
    StringBuilder changed = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      int text = Math.max(0, line.indexOf("\"text\":") + "\"text\":".length());
      boolean manifest = line.contains("\"text\":");
      changed
          .append(
              manifest
                  ? line.substring(0, text) + line.substring(text).replace("e", BEYOND)
                  : line.replaceFirst("^e", BEYOND))
          .append('\n');
    }
    Files.writeString(file, changed);
  }
}

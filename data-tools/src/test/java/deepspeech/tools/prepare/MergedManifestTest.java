package deepspeech.tools.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.messages.Json;
import deepspeech.messages.configuration.TrainingConfiguration;
import deepspeech.messages.identity.Split;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.storage.DatasetRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe "Merge data sets" of docs/data.md. */
class MergedManifestTest {
  @TempDir private Path root;

  @Test
  void theManifestsOfOldAndNewDataInOneFileAreOneDataSet() throws Exception {
    // Given
    Preparation preparation = new Preparation(root);
    for (String folder : List.of("dataset", "new")) {
      preparation.wav(folder + "/audio/1.wav", 0.5);
      preparation.wav(folder + "/audio/2.wav", 0.5);
      preparation.lines(folder + "/annotation/all.txt", "../audio/1.wav\tab", "../audio/2.wav\tba");
    }
    int old = preparation.run("--annotations=" + root.resolve("dataset/annotation"));
    int added =
        preparation.runTo("new-manifests", "--annotations=" + root.resolve("new/annotation"));

    // When
    Path merged = root.resolve("dataset/manifest.both");
    Files.writeString(
        merged,
        Files.readString(root.resolve("dataset/manifest.train"))
            + Files.readString(root.resolve("new-manifests/manifest.train")));

    // Then
    assertThat(List.of(old, added)).containsOnly(0);
    DatasetRoot datasetRoot = new DatasetRoot(root);
    List<Path> audio = new ArrayList<>();
    for (String line : Files.readAllLines(merged)) {
      String path =
          Json.readTree(line.getBytes(StandardCharsets.UTF_8)).get("audio_filepath").asText();
      audio.add(datasetRoot.audio(merged, path).orElseThrow());
    }
    assertThat(audio)
        .containsExactly(root.resolve("dataset/audio/1.wav"), root.resolve("new/audio/1.wav"));
    TrainingConfiguration configuration =
        TrainingConfiguration.defaults().with(Map.of("train_manifest", "dataset/manifest.both"));
    DataSet dataSet =
        new DataSets(datasetRoot).open(Split.TRAIN, configuration.data(Split.TRAIN, 1));
    assertThat(dataSet.skipped()).isEmpty();
    assertThat(dataSet.utterances()).hasSize(2);
  }
}

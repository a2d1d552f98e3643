package deepspeech.evaluator.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.feed.FeedSettings;
import deepspeech.broker.trace.Tracing;
import deepspeech.embedded.EmbeddedKafka;
import deepspeech.evaluator.evaluation.TestData;
import deepspeech.evaluator.testset.CachedTestSets;
import deepspeech.evaluator.testset.TestSet;
import deepspeech.evaluator.testset.WaitingObserver;
import deepspeech.messages.identity.RunId;
import deepspeech.testing.server.TestBroker;
import deepspeech.testing.service.DataPrepDouble;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
@Tag("integration")
class CachedTestSetsIT {
  private static final RunId RUN = new RunId("kept");

  @TempDir Path directory;
  private final TestSetAnswers answers = new TestSetAnswers();
  private EmbeddedKafka kafka;
  private DataPrepDouble dataPrep;
  private CachedTestSets testSets;

  @BeforeEach
  void start() throws Exception {
    kafka = TestBroker.start(directory);
    dataPrep = new DataPrepDouble(kafka.bootstrapServers(), answers);
    testSets =
        new CachedTestSets(
            BrokerConfiguration.of(kafka.bootstrapServers()),
            2,
            FeedSettings.defaults(),
            new WaitingObserver() {
              @Override
              public void waiting(String line) {}

              @Override
              public void arrived() {}
            },
            Tracing.off());
  }

  @AfterEach
  void stop() {
    testSets.close();
    dataPrep.close();
    kafka.close();
  }

  @Test
  void aTestSetIsDescribedOnceARunAndAgainWhenTheRunWasResumedWithAnotherManifest()
      throws Exception {
    // Given
    answers.changeManifest("a");
    String first = read(Map.of("manifest", "a", "vocabulary", "v"));
    read(Map.of("manifest", "a"));
    read(Map.of());
    long described = dataPrep.descriptions(RUN);

    // When
    answers.changeManifest("b");
    String kept = read(Map.of("manifest", "a"));
    String again = read(Map.of("manifest", "b"));
    read(Map.of("manifest", "b"));

    // Then
    assertThat(described).isEqualTo(1);
    assertThat(kept).isEqualTo(first).startsWith("aaa");
    assertThat(again).startsWith("bbb");
    assertThat(dataPrep.descriptions(RUN)).isEqualTo(2);
  }

  @Test
  void aTestSetIsReadInRangesAndDescribedAgainOnDemand() throws Exception {
    // Given
    answers.changeManifest("a");
    List<Integer> batches = new ArrayList<>();

    // When
    try (TestSet testSet = testSets.open(RUN, TestData.TEST, Map.of(), false)) {
      testSet.select(1, 2);
      batches.add(testSet.next().orElseThrow().key().batch());
      assertThat(testSet.next()).isEmpty();
      testSet.select(0, 1);
      batches.add(testSet.next().orElseThrow().key().batch());
      assertThat(testSet.next()).isEmpty();
    }
    testSets.open(RUN, TestData.TEST, Map.of(), true).close();

    // Then
    assertThat(batches).containsExactly(1, 0);
    assertThat(dataPrep.descriptions(RUN)).isEqualTo(2);
  }

  /** Reads the set to its end, and gives its fingerprint. */
  private String read(Map<String, String> files) throws InterruptedException {
    try (TestSet testSet = testSets.open(RUN, TestData.TEST, files, false)) {
      testSet.select(0, 2);
      int utterances = 0;
      for (var batch = testSet.next(); batch.isPresent(); batch = testSet.next()) {
        assertThat(batch.get().key().fingerprint()).isEqualTo(testSet.description().fingerprint());
        utterances += batch.get().size();
      }
      assertThat(utterances).isEqualTo(3);
      return testSet.description().fingerprint();
    }
  }
}

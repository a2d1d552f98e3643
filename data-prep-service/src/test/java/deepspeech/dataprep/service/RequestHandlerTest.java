package deepspeech.dataprep.service;

import static org.assertj.core.api.Assertions.assertThat;

import deepspeech.broker.BrokerException;
import deepspeech.broker.trace.SpanAttributes;
import deepspeech.broker.trace.Tracing;
import deepspeech.messages.Json;
import deepspeech.messages.deadletter.DeadLetter;
import deepspeech.messages.features.Batching;
import deepspeech.messages.features.DataFiles;
import deepspeech.messages.features.DataSetDescription;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.DurationLimits;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.FeatureBatchCodec;
import deepspeech.messages.features.FeatureBatchPart;
import deepspeech.messages.features.FeatureHeaders;
import deepspeech.messages.features.FeatureRequest;
import deepspeech.messages.features.RequestRefused;
import deepspeech.messages.features.TextRules;
import deepspeech.messages.identity.RunId;
import deepspeech.messages.identity.Split;
import deepspeech.speech.audio.codec.CodecException;
import deepspeech.speech.audio.codec.CodecProcesses;
import deepspeech.speech.dataset.Corpus;
import deepspeech.speech.dataset.DataSets;
import deepspeech.speech.encoding.BatchFunction;
import deepspeech.speech.encoding.SharedFeatures;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import deepspeech.speech.storage.UnsteadyStore;
import deepspeech.testing.service.FeatureReply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RequestHandlerTest {
  private static final RunId RUN = new RunId("run-1");
  private static final String POSITION = "deepspeech.batch-requests/3/41";

  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  @TempDir private Path folder;
  private Corpus corpus;
  private DatasetRoot root;
  private RequestHandler handler;
  private final ExecutorService decoder = Executors.newSingleThreadExecutor();
  private final RecordedReplies replies = new RecordedReplies();
  private final List<String> letterIds = new ArrayList<>();
  private final List<String> failedIds = new ArrayList<>();
  private final List<DeadLetter> letters = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private boolean lettersFail;

  @BeforeEach
  void make() throws Exception {
    corpus = Corpus.in(folder);
    root = new DatasetRoot(folder);
    handler = replica();
  }

  private RequestHandler replica() {
    return replica(DataStorage.under(root));
  }

  private RequestHandler replica(DataStorage storage) {
    return replica(storage, decoder);
  }

  private RequestHandler replica(DataStorage storage, ExecutorService decoders) {
    return new RequestHandler(
        new DataSets(storage),
        new BatchFunction(storage, decoders, SharedFeatures.none()),
        10_000_000,
        replies,
        this::publish,
        ids -> List.copyOf(letterIds).forEach(ids),
        new RequestMetrics(registry, CodecProcesses.shared(), SharedFeatures.none()),
        new Tracing(TELEMETRY.getOpenTelemetry()),
        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
  }

  @AfterEach
  void end() {
    decoder.shutdownNow();
  }

  @Test
  void aTopicThatIsGoneDropsTheRequestWithoutWork() throws Exception {
    // Given
    corpus.utterances(2);
    replies.exists = false;
    // When
    handler.handle("run-1", describe(), POSITION, Context.root());
    // Then
    assertThat(replies.sent).isEmpty();
    assertThat(count("dropped")).isEqualTo(1);
  }

  @Test
  void aBrokerThatDoesNotTakeTheAnswerDropsTheRequest() throws Exception {
    // Given
    corpus.utterances(2);
    replies.failure = new BrokerException("topic t: broker b did not answer");
    // When
    handler.handle("run-1", describe(), POSITION, Context.root());
    // Then
    assertThat(count("dropped")).isEqualTo(1);
    assertThat(count("answered")).isZero();
    assertThat(count("refused")).isZero();
  }

  @Test
  void aDataSetWithoutAnyUsableUtteranceIsRefusedAndItsUtterancesAreDeadLetters() throws Exception {
    // Given
    corpus.line("not json").utterance("wav/a.wav", 0.05, "a");
    // When
    handler.handle("run-1", describe(), POSITION, Context.root());
    // Then
    RequestRefused refused = Json.read(replies.sent.get(0).body(), RequestRefused.class);
    assertThat(refused.requestId()).isEqualTo("q");
    assertThat(refused.reason())
        .contains("no utterance can be used: 1 malformed_line, 1 too_short; the first: ")
        .hasLineCount(1);
    assertThat(letterIds).containsExactly("utterance/run-1/train/1", "utterance/run-1/train/2");
    assertThat(skipped("too_short")).isEqualTo(1);
  }

  @Test
  void theDoubleOfThisServiceSendsTheSameRecords() throws Exception {
    // Given
    corpus.utterances(2);
    String fingerprint = fingerprint();
    byte[] batch = batch(fingerprint, 1, 0);
    byte[] changed = batch("0".repeat(64), 1, 0);
    // When
    handler.handle("run-1", batch, POSITION, Context.root());
    handler.handle("run-1", changed, POSITION, Context.root());
    // Then
    int last = replies.sent.size() - 1;
    DataSetDescription description =
        Json.read(replies.sent.get(0).body(), DataSetDescription.class);
    RequestRefused refused = Json.read(replies.sent.get(last).body(), RequestRefused.class);
    FeatureBatch features =
        FeatureBatchCodec.decode(
            replies.sent.subList(1, last).stream()
                .map(reply -> new FeatureBatchPart(reply.headers(), reply.body()))
                .toList());
    List<FeatureReply> doubled = new ArrayList<>();
    doubled.add(FeatureReply.description(request(describe()), description));
    doubled.addAll(FeatureReply.batch(features));
    doubled.add(FeatureReply.refusal(request(changed), refused.reason()));
    assertThat(doubled)
        .usingRecursiveFieldByFieldElementComparator()
        .hasSameSizeAs(replies.sent)
        .isEqualTo(
            replies.sent.stream()
                .map(reply -> new FeatureReply(reply.key(), reply.headers(), reply.body()))
                .toList());
  }

  private static FeatureRequest request(byte[] body) {
    return Json.read(body, FeatureRequest.class);
  }

  @Test
  void aBatchShowsBehindItsRequestAndIsSentInItsTrace() throws Exception {
    // Given
    corpus.utterances(2);
    String fingerprint = fingerprint();
    Tracing tracing = new Tracing(TELEMETRY.getOpenTelemetry());
    Span request = tracing.span("request batch").startSpan();
    // When
    handler.handle("run-1", batch(fingerprint, 1, 0), POSITION, Context.root().with(request));
    // Then
    SpanData whole = span("prepare batch");
    assertThat(whole.getTraceId()).isEqualTo(request.getSpanContext().getTraceId());
    assertThat(whole.getParentSpanId()).isEqualTo(request.getSpanContext().getSpanId());
    assertThat(whole.getAttributes().asMap())
        .containsEntry(SpanAttributes.RUN, "run-1")
        .containsEntry(SpanAttributes.SPLIT, "train")
        .containsEntry(SpanAttributes.EPOCH, 1L)
        .containsEntry(SpanAttributes.BATCH, 0L)
        .containsEntry(SpanAttributes.UTTERANCES, 2L);
    assertThat(span("compute features").getParentSpanId()).isEqualTo(whole.getSpanId());
    assertThat(span("send batch").getParentSpanId()).isEqualTo(whole.getSpanId());
    assertThat(replies.sentIn).isEqualTo(span("send batch").getSpanId());
  }

  @Test
  void aRequestThatIsRefusedShowsTheReason() throws Exception {
    // Given
    corpus.line("not json");
    // When
    handler.handle("run-1", describe(), POSITION, Context.root());
    // Then
    SpanData whole = span("describe data set");
    assertThat(whole.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(whole.getStatus().getDescription()).contains("no utterance can be used");
  }

  private static SpanData span(String name) {
    List<SpanData> spans =
        TELEMETRY.getSpans().stream().filter(span -> span.getName().equals(name)).toList();
    assertThat(spans).hasSize(1);
    return spans.get(0);
  }

  @Test
  void aBatchWaitsForACodecThatMayComeBack() throws Exception {
    // Given
    corpus.utterances(2);
    String fingerprint = fingerprint();
    RequestHandler without =
        replica(
            DataStorage.under(root),
            new FailingDecoders(new CodecException("a process did not start", true)));
    // When
    without.handle("run-1", batch(fingerprint, 1, 0), POSITION, Context.root());
    // Then
    assertThat(count("dropped")).isEqualTo(1);
    assertThat(count("refused")).isZero();
    assertThat(letters).isEmpty();
  }

  @Test
  void aBatchIsRefusedWhereItsAudioCanNeverBeDecoded() throws Exception {
    // Given
    corpus.utterances(2);
    String fingerprint = fingerprint();
    RequestHandler without =
        replica(
            DataStorage.under(root),
            new FailingDecoders(new CodecException("MP3 cannot be decoded on linux-z", false)));
    replies.sent.clear();
    // When
    without.handle("run-1", batch(fingerprint, 1, 0), POSITION, Context.root());
    // Then
    assertThat(count("refused")).isEqualTo(1);
    assertThat(Json.read(replies.sent.get(0).body(), RequestRefused.class).reason())
        .isEqualTo("MP3 cannot be decoded on linux-z");
    assertThat(letters).isEmpty();
  }

  @Test
  void anUtteranceIsPublishedOnceHoweverOftenItIsSkipped() throws Exception {
    // Given
    corpus.utterances(2).audio("wav/broken.wav", new byte[10], 0.5, "a");
    String fingerprint = fingerprint();
    // When
    handler.handle("run-1", batch(fingerprint, 1, 0), POSITION, Context.root());
    handler.handle("run-1", batch(fingerprint, 2, 0), POSITION, Context.root());
    // Then
    assertThat(letterIds).containsExactly("utterance/run-1/train/3");
    assertThat(letters.get(0).subject()).isEqualTo("wav/broken.wav");
    assertThat(letters.get(0).split()).isEqualTo("train");
    assertThat(letters.get(0).utterance()).isEqualTo(3);
    assertThat(letters.get(0).reason()).isEqualTo("broken_audio");
  }

  @Test
  void anotherOrARestartedReplicaPublishesNothingAgain() throws Exception {
    // Given
    corpus.utterances(2).line("not json").audio("wav/broken.wav", new byte[10], 0.5, "a");
    String fingerprint = fingerprint();
    handler.handle("run-1", batch(fingerprint, 1, 0), POSITION, Context.root());
    RequestHandler other = replica();
    // When
    other.handle("run-1", describe(), POSITION, Context.root());
    other.handle("run-1", batch(fingerprint, 2, 0), POSITION, Context.root());
    // Then
    assertThat(letterIds).containsExactly("utterance/run-1/train/3", "utterance/run-1/train/4");
    assertThat(skipped("malformed_line") + skipped("broken_audio")).isEqualTo(2);
  }

  @Test
  void whatOneReplicaPublishesLaterIsKnownToTheOther() throws Exception {
    // Given
    corpus.utterances(2).line("not json").audio("wav/broken.wav", new byte[10], 0.5, "a");
    String fingerprint = fingerprint();
    RequestHandler other = replica();
    other.handle("run-1", describe(), POSITION, Context.root());
    handler.handle("run-1", batch(fingerprint, 1, 0), POSITION, Context.root());
    // When
    other.handle("run-1", batch(fingerprint, 2, 0), POSITION, Context.root());
    // Then
    assertThat(letterIds).containsExactly("utterance/run-1/train/3", "utterance/run-1/train/4");
  }

  @Test
  void anotherRunPublishesItsOwn() throws Exception {
    // Given
    corpus.utterances(2).line("not json");
    handler.handle("run-1", describe(), POSITION, Context.root());
    byte[] describe =
        Json.write(
            new FeatureRequest.Description(
                "q",
                new RunId("run-2"),
                Split.TRAIN,
                corpus.specification(4, "batch_shuffle"),
                2,
                "replies"));
    // When
    handler.handle("run-2", describe, POSITION, Context.root());
    // Then
    assertThat(letterIds).containsExactly("utterance/run-1/train/3", "utterance/run-2/train/3");
  }

  @Test
  void anUtteranceThatCouldNotBePublishedIsPublishedWhenItIsSkippedAgain() throws Exception {
    // Given
    corpus.utterances(2).audio("wav/broken.wav", new byte[10], 0.5, "a");
    String fingerprint = fingerprint();
    lettersFail = true;
    handler.handle("run-1", batch(fingerprint, 1, 0), POSITION, Context.root());
    lettersFail = false;
    // When
    handler.handle("run-1", batch(fingerprint, 1, 0), POSITION, Context.root());
    // Then
    assertThat(failedIds).containsExactly("utterance/run-1/train/3");
    assertThat(letterIds).containsExactly("utterance/run-1/train/3");
    assertThat(count("answered")).isEqualTo(3);
  }

  @Test
  void aBatchOfAStoreThatIsAwayForAMomentIsDroppedAndMadeWhenItIsRequestedAgain() throws Exception {
    // Given
    UnsteadyStore store = store();
    try (DataStorage storage = store.storage(root, folder.resolve("cache"))) {
      handler = replica(storage);
      String fingerprint = fingerprint();
      store.fail("S3 endpoint http://store:9000 is not reachable", true);
      // When
      handler.handle("run-1", batch(fingerprint, 1, 0), POSITION, Context.root());
      // Then
      assertThat(count("dropped")).isEqualTo(1);
      assertThat(count("refused")).isZero();
      assertThat(replies.sent).hasSize(1);
      assertThat(letterIds).isEmpty();
      store.recover();
      handler.handle("run-1", batch(fingerprint, 1, 0), POSITION, Context.root());
      assertThat(count("answered")).isEqualTo(2);
      assertThat(letterIds).isEmpty();
      assertThat(skipped("missing_audio") + skipped("broken_audio")).isZero();
    }
  }

  @Test
  void aBatchOfAStoreThatDoesNotLetInIsRefusedInOneLineAndItsUtterancesAreNoDeadLetters()
      throws Exception {
    // Given
    UnsteadyStore store = store();
    try (DataStorage storage = store.storage(root, folder.resolve("cache"))) {
      handler = replica(storage);
      String fingerprint = fingerprint();
      store.fail("S3 endpoint http://store:9000 refuses access key someone", false);
      // When
      handler.handle("run-1", batch(fingerprint, 1, 0), POSITION, Context.root());
      // Then
      assertThat(count("refused")).isEqualTo(1);
      assertThat(count("dropped")).isZero();
      assertThat(replies.sent).hasSize(2);
      assertThat(Json.read(replies.sent.get(1).body(), RequestRefused.class).reason())
          .endsWith("S3 endpoint http://store:9000 refuses access key someone")
          .hasLineCount(1);
      assertThat(letterIds).isEmpty();
    }
  }

  @Test
  void aBatchThatTheEpochDoesNotHaveIsRefused() throws Exception {
    // Given
    corpus.utterances(2);
    // When
    handler.handle("run-1", batch(fingerprint(), 1, 9), POSITION, Context.root());
    // Then
    Reply reply = replies.sent.get(1);
    assertThat(reply.headers())
        .containsEntry(FeatureHeaders.REPLY, FeatureHeaders.REPLY_REFUSED)
        .containsEntry(FeatureHeaders.RUN, "run-1");
    assertThat(Json.read(reply.body(), RequestRefused.class).reason())
        .isEqualTo("batch is 9; epoch 1 has the batches 0 to 0");
  }

  @Test
  void anUnknownShuffleMethodIsRefused() throws Exception {
    // Given
    corpus.utterances(2);
    DataSpecification specification =
        new DataSpecification(
            new DataFiles(Corpus.MANIFEST, Corpus.VOCABULARY, Corpus.MEAN_STD),
            new DurationLimits(0, 20),
            new Batching(4, "sorted"),
            TextRules.DEFAULT,
            1);
    // When
    handler.handle(
        "run-1",
        Json.write(
            new FeatureRequest.Description("q", RUN, Split.TRAIN, specification, 1, "replies")),
        POSITION,
        Context.root());
    // Then
    assertThat(Json.read(replies.sent.get(0).body(), RequestRefused.class).reason())
        .startsWith("shuffle_method: \"sorted\" given, allowed: instance_shuffle");
  }

  @Test
  void aDataSetWhoseAugmentationFileIsWrongIsRefusedWithTheEntry() throws Exception {
    // Given
    corpus
        .utterances(2)
        .file(
            "augmentation.json",
            """
            [{"type": "volume", "params": {"min_gain_dBFS": 0, "max_gain_dBFS": 1}, "prob": 1},
             {"type": "speed", "params": {"min_speed_rate": 0.5, "max_speed_rate": 1}, "prob": 1}]
            """);
    DataSpecification specification =
        new DataSpecification(
            new DataFiles(Corpus.MANIFEST, Corpus.VOCABULARY, Corpus.MEAN_STD, "augmentation.json"),
            new DurationLimits(0, 20),
            new Batching(4, "batch_shuffle"),
            TextRules.DEFAULT,
            1);
    // When
    handler.handle(
        "run-1",
        Json.write(
            new FeatureRequest.Description("q", RUN, Split.TRAIN, specification, 1, "replies")),
        POSITION,
        Context.root());
    // Then
    assertThat(Json.read(replies.sent.get(0).body(), RequestRefused.class).reason())
        .endsWith(
            "augmentation.json: entry 2 (speed): min_speed_rate is 0.5; allowed: a number from 0.9"
                + " to 1.1");
  }

  @Test
  void aRequestThatCannotBeReadIsADeadLetterWithItsTextAndPlace() throws Exception {
    // Given
    byte[] body = "{\"request\": \"batch\", \"run\": 7}".getBytes(StandardCharsets.UTF_8);
    // When
    handler.handle("run-1", body, POSITION, Context.root());
    handler.handle(null, null, "deepspeech.batch-requests/0/1", Context.root());
    // Then
    assertThat(letterIds)
        .containsExactly(
            "request/deepspeech.batch-requests/3/41", "request/deepspeech.batch-requests/0/1");
    assertThat(letters.get(0).kind()).isEqualTo(DeadLetter.BATCH_REQUEST);
    assertThat(letters.get(0).run()).isEqualTo("run-1");
    assertThat(letters.get(0).original()).contains("\"run\": 7");
    assertThat(letters.get(0).detail()).hasLineCount(1);
    assertThat(count("unreadable")).isEqualTo(2);
    assertThat(replies.sent).isEmpty();
  }

  private CompletableFuture<Void> publish(DeadLetter letter, String id) {
    if (lettersFail) {
      failedIds.add(id);
      return CompletableFuture.failedFuture(new BrokerException("topic d: no answer"));
    }
    letters.add(letter);
    letterIds.add(id);
    return CompletableFuture.completedFuture(null);
  }

  /** A store that has the audio of two of the data set's utterances. */
  private UnsteadyStore store() throws Exception {
    corpus
        .utterance("wav/here.wav", 0.5, "a")
        .line("{\"audio_filepath\": \"s3://speech/a.wav\", \"duration\": 0.5, \"text\": \"a\"}")
        .line("{\"audio_filepath\": \"s3://speech/b.wav\", \"duration\": 0.5, \"text\": \"b\"}");
    return new UnsteadyStore(Files.readAllBytes(folder.resolve("set/wav/here.wav")));
  }

  private String fingerprint() throws InterruptedException {
    handler.handle("run-1", describe(), POSITION, Context.root());
    return Json.read(replies.sent.get(0).body(), DataSetDescription.class).fingerprint();
  }

  private byte[] describe() {
    return Json.write(
        new FeatureRequest.Description(
            "q", RUN, Split.TRAIN, corpus.specification(4, "batch_shuffle"), 2, "replies"));
  }

  private byte[] batch(String fingerprint, int epoch, int batch) {
    return Json.write(
        new FeatureRequest.Batch(
            RUN,
            Split.TRAIN,
            corpus.specification(4, "batch_shuffle"),
            fingerprint,
            epoch,
            batch,
            "replies"));
  }

  private double skipped(String reason) {
    return registry
        .counter("deepspeech.dataprep.left.out", "split", "train", "reason", reason)
        .count();
  }

  private double count(String outcome) {
    return registry.counter("deepspeech.dataprep.requests", "outcome", outcome).count();
  }

  private static final class RecordedReplies implements Replies {
    private final List<Reply> sent = new ArrayList<>();
    private boolean exists = true;
    private BrokerException failure;
    private String sentIn;

    @Override
    public boolean exists(String topic) {
      return exists;
    }

    @Override
    public void send(String topic, List<Reply> records) {
      if (failure != null) {
        throw failure;
      }
      sent.addAll(records);
      sentIn = Span.current().getSpanContext().getSpanId();
    }
  }
}

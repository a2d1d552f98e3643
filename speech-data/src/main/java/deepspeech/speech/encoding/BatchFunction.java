package deepspeech.speech.encoding;

import static deepspeech.speech.features.FeatureShape.BINS;
import static deepspeech.speech.features.FeatureShape.SAMPLE_RATE;

import deepspeech.messages.features.BatchKey;
import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.FeatureBatch;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.identity.RunId;
import deepspeech.speech.audio.AudioReader;
import deepspeech.speech.audio.codec.CodecException;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.UsableUtterance;
import deepspeech.speech.features.FeatureNormalizer;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import deepspeech.speech.storage.StorageException;
import deepspeech.speech.storage.StoredAudio;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Computes a feature batch as a pure function of data set, epoch and batch number. The result has
 * the same bytes on every replica, on every call and with any number of threads. Thread-safe.
 */
public final class BatchFunction {
  /**
   * The limit for the details of skipped utterances. They are in a record header, beside a part of
   * nearly the largest size.
   */
  private static final int SKIPPED_CHARACTERS = 24_000;

  private static final int LONGEST_DETAIL = 300;

  private final UtteranceAudio audio;
  private final ExecutorService workers;
  private final SharedFeatures shared;
  private final Queue<UtteranceEncoder> idle = new ConcurrentLinkedQueue<>();

  /**
   * Reads audio under a root.
   *
   * @param workers threads that decode the utterances of a batch in parallel
   */
  public BatchFunction(DatasetRoot root, ExecutorService workers) {
    this(DataStorage.under(root), workers, SharedFeatures.none());
  }

  /**
   * Reads audio from a storage.
   *
   * @param storage storage of the audio
   * @param workers threads that decode the utterances of a batch in parallel
   * @param shared features that batches of other runs may have in common with a batch
   */
  public BatchFunction(DataStorage storage, ExecutorService workers, SharedFeatures shared) {
    this.audio =
        new UtteranceAudio(
            storage,
            new AudioReader(SAMPLE_RATE, DataSpecification.LONGEST_TEST_UTTERANCE_SECONDS));
    this.workers = workers;
    this.shared = shared;
  }

  /**
   * Computes a batch. Utterances that turn out to be unusable are skipped and reported in the
   * batch.
   *
   * @param epoch from 1
   * @param batch from 0, below the number of batches of the epoch
   * @throws IllegalArgumentException if the epoch has no such batch
   * @throws StorageException if the object store is not available
   * @throws CodecException if compressed audio cannot be decoded on this machine
   */
  public FeatureBatch batch(DataSet dataSet, RunId run, int epoch, int batch)
      throws InterruptedException {
    List<UsableUtterance> utterances = dataSet.batch(epoch, batch);
    FeatureNormalizer normalizer = new FeatureNormalizer(dataSet.meanStd());
    List<Callable<Outcome>> tasks = new ArrayList<>();
    for (UsableUtterance utterance : utterances) {
      tasks.add(() -> encode(dataSet, utterance, epoch, normalizer));
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Future<Outcome> future : workers.invokeAll(tasks)) {
      try {
        outcomes.add(future.get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof StorageException away) {
          throw away;
        }
        if (e.getCause() instanceof CodecException missing) {
          throw missing;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
    return join(new BatchKey(run, dataSet.split(), dataSet.fingerprint(), epoch, batch), outcomes);
  }

  private Outcome encode(
      DataSet dataSet, UsableUtterance utterance, int epoch, FeatureNormalizer normalizer) {
    try {
      StoredAudio recording = audio.find(dataSet.manifest(), utterance);
      SharedFeatures.Computation computation =
          () -> compute(dataSet, utterance, recording, epoch, normalizer);
      Optional<String> version = recording.version();
      EncodedUtterance encoded =
          version.isPresent()
              ? shared.get(
                  new FeatureKey(
                      dataSet.features(epoch), utterance.utterance().line(), version.get()),
                  computation)
              : computation.features();
      return new Outcome(utterance, encoded, null);
    } catch (UnusableAudioException e) {
      String path = utterance.utterance().audioFilepath();
      return new Outcome(
          utterance, null, new UnusableAudioException(e.reason(), path + ": " + e.getMessage(), e));
    }
  }

  private EncodedUtterance compute(
      DataSet dataSet,
      UsableUtterance utterance,
      StoredAudio recording,
      int epoch,
      FeatureNormalizer normalizer)
      throws UnusableAudioException {
    UtteranceEncoder encoder = idle.poll();
    if (encoder == null) {
      encoder = new UtteranceEncoder(audio);
    }
    try {
      return encoder.encode(dataSet, utterance, recording, epoch, normalizer);
    } finally {
      idle.add(encoder);
    }
  }

  private static FeatureBatch join(BatchKey key, List<Outcome> outcomes) {
    List<Outcome> encoded = outcomes.stream().filter(o -> o.encoded != null).toList();
    int[] frames = encoded.stream().mapToInt(o -> o.encoded.frames()).toArray();
    int[] labelLengths = encoded.stream().mapToInt(o -> o.usable.labels().length).toArray();
    short[] features = new short[encoded.stream().mapToInt(o -> o.encoded.frames()).sum() * BINS];
    int[] labels = new int[encoded.stream().mapToInt(o -> o.usable.labels().length).sum()];
    int feature = 0;
    int label = 0;
    for (Outcome outcome : encoded) {
      short[] own = outcome.encoded.features();
      System.arraycopy(own, 0, features, feature, own.length);
      feature += own.length;
      int[] ownLabels = outcome.usable.labels();
      System.arraycopy(ownLabels, 0, labels, label, ownLabels.length);
      label += ownLabels.length;
    }
    return new FeatureBatch(
        key,
        features,
        frames,
        labels,
        labelLengths,
        encoded.stream().mapToLong(o -> o.usable.utterance().line()).toArray(),
        encoded.stream().map(o -> o.usable.utterance().text()).toList(),
        skipped(outcomes.stream().filter(o -> o.problem != null).toList()));
  }

  private static List<SkippedUtterance> skipped(List<Outcome> unusable) {
    List<SkippedUtterance> skipped = new ArrayList<>();
    for (Outcome outcome : unusable) {
      String detail = outcome.problem.getMessage();
      int mostCharacters = Math.min(LONGEST_DETAIL, SKIPPED_CHARACTERS / unusable.size());
      skipped.add(
          new SkippedUtterance(
              outcome.usable.utterance().line(),
              outcome.usable.utterance().audioFilepath(),
              outcome.problem.reason(),
              detail.length() <= mostCharacters ? detail : detail.substring(0, mostCharacters)));
    }
    return skipped;
  }

  /** The features of an utterance, or the reason why it has none. */
  private record Outcome(
      UsableUtterance usable, EncodedUtterance encoded, UnusableAudioException problem) {}
}

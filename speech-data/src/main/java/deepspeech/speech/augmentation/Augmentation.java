package deepspeech.speech.augmentation;

import deepspeech.messages.features.DataSpecification;
import deepspeech.speech.batching.EpochRandom;
import deepspeech.speech.features.FeatureShape;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The augmentation of a training split: what its file asks for, in the order of the file, the
 * waveform first, then the features.
 *
 * <p>Each entry has its own random numbers, from the seed, the epoch, the utterance, its type and
 * its place among the entries of that type. So an entry more or less changes nothing about what is
 * drawn for those of other types. Thread-safe.
 */
public final class Augmentation {
  private static final Augmentation NONE = new Augmentation(List.of(), List.of());
  private static final int MOST_SAMPLES =
      (int) (DataSpecification.LONGEST_UTTERANCE_SECONDS * FeatureShape.SAMPLE_RATE);

  private final List<Step> steps;
  private final List<String> warnings;

  private Augmentation(List<Step> steps, List<String> warnings) {
    this.steps = List.copyOf(steps);
    this.warnings = List.copyOf(warnings);
  }

  /** No augmentation. */
  public static Augmentation none() {
    return NONE;
  }

  /**
   * Finds the recordings that a file names. An entry whose manifest does not exist or has no usable
   * line is left out, with a warning.
   *
   * @param contents of the manifests that exist, by the path that the file gives
   * @throws DataFileException if a manifest lies outside the dataset storage
   */
  public static Augmentation of(
      AugmentationFile file,
      Map<String, byte[]> contents,
      DataStorage storage,
      RecordingCache cache) {
    List<Step> steps = new ArrayList<>();
    List<String> warnings = new ArrayList<>(file.warnings());
    Map<String, Integer> ordinals = new HashMap<>();
    for (AugmentationFile.Entry entry : file.entries()) {
      int ordinal = ordinals.merge(entry.type(), 1, Integer::sum);
      // String.hashCode is defined by the Java Language Specification's library: the same anywhere.
      long stream = ((long) entry.type().hashCode() << 32) + ordinal;
      if (entry.isOff()) {
        continue;
      }
      Optional<String> manifest = entry.manifest();
      if (manifest.isEmpty()) {
        steps.add(new Step(entry, stream, null));
        continue;
      }
      String at = file.name() + ": " + entry.at() + "manifest " + manifest.get() + ": ";
      byte[] content = contents.get(manifest.get());
      if (content == null) {
        warnings.add(at + "does not exist; the run goes on without this augmentation");
        continue;
      }
      Location path = storage.resolve(manifest.get()).orElseThrow();
      RecordingManifest read = RecordingManifest.read(content, path, storage);
      String consequence =
          read.files().isEmpty() ? "; the run goes on without this augmentation" : "";
      read.problem().ifPresent(problem -> warnings.add(at + problem + consequence));
      if (!read.files().isEmpty()) {
        steps.add(new Step(entry, stream, new Recordings(read.files(), cache)));
      }
    }
    return new Augmentation(steps, warnings);
  }

  /** Whether it never changes anything. */
  public boolean isEmpty() {
    return steps.isEmpty();
  }

  /** What the owner of the run should know, a line each. */
  public List<String> warnings() {
    return warnings;
  }

  /** How many times as long as its recording an utterance can become at most, from 1. */
  public double longestStretch() {
    double stretch = 1;
    for (Step step : steps) {
      if (step.entry.perturbation() instanceof WaveformPerturbation waveform) {
        stretch *= waveform.longestStretch();
      }
    }
    return stretch;
  }

  /**
   * Perturbs the waveform of an utterance.
   *
   * @param fewestSamples that the utterance must keep: no speed is applied that would leave fewer,
   *     nor one that would make more than 30 s
   */
  public void perturb(WorkingAudio audio, UtteranceKey utterance, int fewestSamples) {
    for (Step step : steps) {
      if (step.entry.perturbation() instanceof WaveformPerturbation waveform) {
        EpochRandom random = step.random(utterance);
        double strength = step.entry.ramp().strength(utterance.epoch());
        if (random.nextDouble() < step.entry.probability() && strength > 0) {
          waveform.apply(
              audio, new Draw(random, strength, fewestSamples, MOST_SAMPLES, step.recordings));
        }
      }
    }
  }

  /**
   * Draws what is done to the features of an utterance: first all {@link DrawnFeatures#warp}, then,
   * on normalised features, all {@link DrawnFeatures#mask}.
   *
   * @param frames of the utterance, from 1
   */
  public List<DrawnFeatures> features(UtteranceKey utterance, int frames) {
    List<DrawnFeatures> drawn = new ArrayList<>();
    for (Step step : steps) {
      if (step.entry.perturbation() instanceof FeaturePerturbation features) {
        EpochRandom random = step.random(utterance);
        double strength = step.entry.ramp().strength(utterance.epoch());
        if (random.nextDouble() < step.entry.probability() && strength > 0) {
          drawn.add(features.draw(random, frames, strength));
        }
      }
    }
    return drawn;
  }

  /** An entry with its recordings, null if it needs none. */
  private record Step(AugmentationFile.Entry entry, long stream, Recordings recordings) {
    EpochRandom random(UtteranceKey utterance) {
      return EpochRandom.of(utterance.seed(), utterance.epoch(), utterance.line(), stream);
    }
  }
}

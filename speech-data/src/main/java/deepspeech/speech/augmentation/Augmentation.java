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
 * The augmentation of a training split. It applies the entries of its file in order, first to the
 * waveform, then to the features.
 *
 * <p>Each entry has its own random numbers. They depend on the seed, the epoch, the utterance, the
 * type of the entry and its position among the entries of that type. Adding or removing an entry
 * therefore does not change the draws of entries of other types. Thread-safe.
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

  public static Augmentation none() {
    return NONE;
  }

  /**
   * Loads the manifests of recordings that a file names. An entry whose manifest does not exist or
   * has no usable line is skipped with a warning.
   *
   * @param contents contents of the existing manifests, keyed by the path in the file
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
      // String.hashCode is specified by the Java API, so it is the same on every machine.
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
        warnings.add(at + "does not exist; the run continues without this augmentation");
        continue;
      }
      Location path = storage.resolve(manifest.get()).orElseThrow();
      RecordingManifest read = RecordingManifest.read(content, path, storage);
      String consequence =
          read.files().isEmpty() ? "; the run continues without this augmentation" : "";
      read.problem().ifPresent(problem -> warnings.add(at + problem + consequence));
      if (!read.files().isEmpty()) {
        steps.add(new Step(entry, stream, new Recordings(read.files(), cache)));
      }
    }
    return new Augmentation(steps, warnings);
  }

  /** Whether no entry is active. */
  public boolean isEmpty() {
    return steps.isEmpty();
  }

  /** The warnings for the owner of the run, one line each. */
  public List<String> warnings() {
    return warnings;
  }

  /** The largest factor by which an utterance can become longer than its recording, at least 1. */
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
   * @param fewestSamples smallest allowed number of samples; a speed that would leave fewer samples
   *     is not applied, and neither is a speed that would give more than 30 s
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
   * Draws the perturbations of the features of an utterance. The caller applies {@link
   * DrawnFeatures#warp} of all of them first and then {@link DrawnFeatures#mask} of all of them, on
   * normalised features.
   *
   * @param frames number of frames of the utterance, at least 1
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

  /** An entry with its recordings, which are null if it needs none. */
  private record Step(AugmentationFile.Entry entry, long stream, Recordings recordings) {
    EpochRandom random(UtteranceKey utterance) {
      return EpochRandom.of(utterance.seed(), utterance.epoch(), utterance.line(), stream);
    }
  }
}

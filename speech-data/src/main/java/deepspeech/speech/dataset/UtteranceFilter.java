package deepspeech.speech.dataset;

import deepspeech.messages.features.DataSpecification;
import deepspeech.messages.features.SkipReason;
import deepspeech.messages.features.SkippedUtterance;
import deepspeech.messages.features.UnknownCharacters;
import deepspeech.messages.identity.Split;
import deepspeech.speech.manifest.ManifestReader;
import deepspeech.speech.manifest.Transcript;
import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.manifest.Vocabulary;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.KnownFolders;
import deepspeech.speech.storage.Location;
import deepspeech.speech.text.NormalisedText;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Checks utterances by the manifest and the vocabulary alone, before audio is read. It accesses no
 * audio file unless the folder of its path exists both beside the manifest and under the root. Not
 * thread-safe.
 */
public final class UtteranceFilter {
  private static final int LISTED_CHARACTERS = 5;

  private final DataStorage storage;
  private final Location manifest;
  private final Split split;
  private final DataSpecification specification;
  private final Vocabulary vocabulary;
  private final PathLines lineByPath = new PathLines();
  private final KnownFolders folders = new KnownFolders();

  /** Checks the utterances of a manifest, which may be an object of the store, as a run would. */
  public UtteranceFilter(
      DataStorage storage,
      Location manifest,
      Split split,
      DataSpecification specification,
      Vocabulary vocabulary) {
    this.storage = storage;
    this.manifest = manifest;
    this.split = split;
    this.specification = specification;
    this.vocabulary = vocabulary;
  }

  /**
   * Normalises the text of an utterance, encodes it as labels and checks whether the utterance is
   * usable.
   */
  public FilterResult apply(Utterance raw) {
    Utterance utterance =
        raw.withText(NormalisedText.of(raw.text(), specification.textNormalisation()));
    Transcript transcript = vocabulary.transcript(utterance.text());
    return new FilterResult(
        new UsableUtterance(utterance, transcript.labels()),
        transcript.unknownCharacters(),
        problem(raw, utterance, transcript));
  }

  /** Returns the first problem of an utterance; null if it is usable. */
  private SkippedUtterance problem(Utterance raw, Utterance utterance, Transcript transcript) {
    if (!storage.audioPaths().holds(manifest, utterance.audioFilepath())) {
      return skipped(
          utterance,
          SkipReason.OUTSIDE_ROOT,
          "%s lies outside the dataset root".formatted(utterance.audioFilepath()));
    }
    SkippedUtterance problem = durationProblem(utterance);
    if (problem == null) {
      problem = textProblem(raw, utterance, transcript);
    }
    // Only a usable utterance takes the path from a later line.
    return problem == null ? duplicate(utterance) : problem;
  }

  private SkippedUtterance durationProblem(Utterance utterance) {
    if (utterance.duration() < specification.minDuration()) {
      return skipped(
          utterance,
          SkipReason.TOO_SHORT,
          "the duration is %s s; min_duration is %s s"
              .formatted(utterance.duration(), specification.minDuration()));
    }
    if (utterance.duration() > specification.maxDuration()) {
      return skipped(
          utterance,
          SkipReason.TOO_LONG,
          "the duration is %s s; max_duration is %s s"
              .formatted(utterance.duration(), specification.maxDuration()));
    }
    return null;
  }

  private SkippedUtterance textProblem(Utterance raw, Utterance utterance, Transcript transcript) {
    if (utterance.text().isBlank()) {
      return skipped(
          utterance,
          SkipReason.EMPTY_TEXT,
          raw.text().isBlank()
              ? "the text is empty"
              : "the text is empty after text_normalisation %s"
                  .formatted(specification.textNormalisation()));
    }
    if (transcript.labels().length == 0) {
      return skipped(
          utterance, SkipReason.NO_KNOWN_CHARACTER, "the text has no character of the vocabulary");
    }
    if (split == Split.TRAIN
        && specification.unknownCharacters() == UnknownCharacters.DROP_UTTERANCE
        && transcript.unknownCharacters().length > 0) {
      return skipped(
          utterance, SkipReason.UNKNOWN_CHARACTERS, describe(transcript.unknownCharacters()));
    }
    return null;
  }

  /** Remembers the path of an utterance, and returns a problem if an earlier line has it. */
  private SkippedUtterance duplicate(Utterance utterance) {
    String spelling = storage.audioPaths().spelling(manifest, utterance.audioFilepath(), folders);
    OptionalLong earlier = lineByPath.add(utterance.identity(spelling), utterance.line());
    if (earlier.isEmpty()) {
      return null;
    }
    return skipped(
        utterance,
        SkipReason.DUPLICATE_PATH,
        "%s%s is already on line %d"
            .formatted(
                utterance.audioFilepath(),
                utterance.offset().isPresent()
                    ? " from " + utterance.offset().getAsDouble() + " s on"
                    : "",
                earlier.getAsLong()));
  }

  /** Returns one line about the characters of a text that are not in the vocabulary. */
  public static String describe(int[] unknownCharacters) {
    int[] different = Arrays.stream(unknownCharacters).distinct().toArray();
    StringBuilder characters = new StringBuilder();
    for (int i = 0; i < Math.min(different.length, LISTED_CHARACTERS); i++) {
      characters.append(' ').append(UnknownCharacterCounts.shown(different[i]));
    }
    if (different.length > LISTED_CHARACTERS) {
      characters.append(" …");
    }
    return "characters of the text are not in the vocabulary:" + characters;
  }

  private SkippedUtterance skipped(Utterance utterance, SkipReason reason, String detail) {
    return new SkippedUtterance(
        utterance.line(),
        utterance.audioFilepath(),
        reason,
        ManifestReader.at(manifest.toString(), utterance.line()) + detail);
  }

  /**
   * The result of a check.
   *
   * @param utterance the utterance with its normalised text and its labels; there may be no labels
   * @param unknownCharacters unknown characters of the normalised text, as code points
   * @param problem why the utterance is skipped; null if it is usable
   */
  public record FilterResult(
      UsableUtterance utterance, int[] unknownCharacters, SkippedUtterance problem) {}
}

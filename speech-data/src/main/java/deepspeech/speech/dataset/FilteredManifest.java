package deepspeech.speech.dataset;

import deepspeech.speech.DataFileException;
import deepspeech.speech.manifest.ManifestLine;
import deepspeech.speech.manifest.ManifestReader;
import deepspeech.speech.manifest.Utterance;
import deepspeech.speech.manifest.Vocabulary;
import deepspeech.speech.storage.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * A manifest after filtering. Every line was read once, and the results are stored on disk; hardly
 * any of them are in the heap.
 *
 * @param hash SHA-256 of the file
 * @param utterances utterances that are usable by their manifest line
 * @param leftOut the skipped lines
 * @param unknownCharacters unknown characters of the usable utterances
 * @param firstUnknown line of the first unknown character; empty if there is none
 * @param unknownFields unknown fields of the lines
 */
record FilteredManifest(
    String hash,
    UtteranceTable utterances,
    SkippedUtteranceLog leftOut,
    UnknownCharacterCounts unknownCharacters,
    Optional<Long> firstUnknown,
    UnknownFieldCounts unknownFields) {

  /**
   * Reads a manifest to its end and closes it.
   *
   * @param location location of the manifest, for messages
   * @throws DataFileException if the manifest cannot be read
   */
  static FilteredManifest read(
      InputStream manifest, Location location, UtteranceFilter screen, Vocabulary vocabulary)
      throws DataFileException {
    MessageDigest digest = Sha256.digest();
    try (UtteranceTable.Writer usable = new UtteranceTable.Writer(vocabulary);
        SkippedUtteranceLog.Writer leftOut = new SkippedUtteranceLog.Writer();
        InputStream file = new DigestInputStream(manifest, digest)) {
      Screening screening = new Screening(screen, usable, leftOut);
      ManifestReader.read(file, location.toString(), screening::take);
      return new FilteredManifest(
          Sha256.text(digest),
          usable.finish(),
          leftOut.finish(),
          screening.unknownCharacters,
          Optional.ofNullable(screening.firstUnknown),
          screening.unknownFields);
    } catch (IOException | UncheckedIOException e) {
      throw new DataFileException(location + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Adds each line to the usable utterances or to the skipped lines. */
  private static final class Screening {
    private final UtteranceFilter screen;
    private final UtteranceTable.Writer usable;
    private final SkippedUtteranceLog.Writer leftOut;
    private final UnknownCharacterCounts unknownCharacters = new UnknownCharacterCounts();
    private final UnknownFieldCounts unknownFields = new UnknownFieldCounts();
    private Long firstUnknown;

    Screening(
        UtteranceFilter screen, UtteranceTable.Writer usable, SkippedUtteranceLog.Writer leftOut) {
      this.screen = screen;
      this.usable = usable;
      this.leftOut = leftOut;
    }

    void take(ManifestLine line) {
      if (line.problem() != null) {
        leftOut.add(line.problem());
        return;
      }
      Utterance utterance = line.utterance();
      unknownFields.add(line.unknownFields(), utterance.line());
      UtteranceFilter.Screened screened = screen.screen(utterance);
      if (screened.problem() != null) {
        leftOut.add(screened.problem());
        return;
      }
      usable.add(screened.utterance());
      unknownCharacters.add(screened.unknownCharacters());
      if (firstUnknown == null && unknownCharacters.total() > 0) {
        firstUnknown = utterance.line();
      }
    }
  }
}

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
 * A manifest of which every line was looked at once, and hardly anything of it is in the heap.
 *
 * @param hash SHA-256 of the file
 * @param utterances that can be used as far as the manifest tells
 * @param leftOut the other lines
 * @param unknownCharacters of the usable utterances
 * @param firstUnknown the line that has the first of them; empty if there is none
 * @param unknownFields the fields of the lines whose meaning is not known
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
   * @param location of the manifest, for messages
   * @throws DataFileException if it cannot be read
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

  /** Puts each utterance where it belongs. */
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

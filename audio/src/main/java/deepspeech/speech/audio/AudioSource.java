package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.IOException;

/**
 * A recording in a file, in an archive or in an object store. An implementation reports a store
 * that is not available with an unchecked exception, which says nothing about the audio.
 */
public interface AudioSource {
  /**
   * Reads the whole recording.
   *
   * @param mostBytes largest allowed size
   * @throws UnusableAudioException if the recording is missing, damaged or larger
   * @throws IOException if the machine cannot read it
   */
  byte[] readAll(int mostBytes) throws IOException, UnusableAudioException;

  /**
   * Opens the recording to read parts of it.
   *
   * @throws UnusableAudioException if the recording is missing or damaged
   * @throws IOException if the machine cannot read it
   */
  ByteRanges open() throws IOException, UnusableAudioException;
}

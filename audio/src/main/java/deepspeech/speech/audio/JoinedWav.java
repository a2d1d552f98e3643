package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.io.IOException;

/**
 * Detects a second WAV file after the first, as the command {@code cat a.wav b.wav} produces. A
 * reader of the first file alone would lose half of the utterance. Any other content after a WAV
 * file is ignored.
 */
final class JoinedWav {
  private JoinedWav() {}

  /**
   * Refuses a file that consists of several WAV files.
   *
   * @param file content of the file
   * @param data offset of the first byte of the data
   * @param end offset after the last byte of the data; the end of the file if the size of the data
   *     is not stated
   * @throws UnusableAudioException if another WAV file begins where this one ends
   */
  static void refuse(byte[] file, int data, int end) throws UnusableAudioException {
    for (long at : ends(file, end)) {
      if (at < file.length && WavDecoder.beginsAt(file, (int) at)) {
        throw several(at);
      }
    }
    boolean isSized = WavDecoder.sizeAt(file, data - WavDecoder.CHUNK_HEADER) == end - data;
    for (int at = data; !isSized && at < end; at++) {
      if (isAt(file, at)) {
        throw several(at);
      }
    }
  }

  /**
   * Refuses a recording that consists of several WAV files.
   *
   * @param head its first {@link WavDecoder#FIRST_CHUNK} bytes
   * @param end offset after the last byte of its data
   * @throws UnusableAudioException if another WAV file begins where this one ends
   */
  static void refuse(ByteRanges file, byte[] head, long end)
      throws IOException, UnusableAudioException {
    for (long at : ends(head, end)) {
      if (at < file.size() && WavDecoder.begins(file.read(at, WavDecoder.FIRST_CHUNK))) {
        throw several(at);
      }
    }
  }

  /**
   * Returns the possible ends of the file: by the size of the whole file and by the size of the
   * data, each with and without a padding byte.
   */
  private static long[] ends(byte[] head, long dataEnd) {
    long whole = WavDecoder.CHUNK_HEADER + WavDecoder.sizeAt(head, 0);
    return new long[] {dataEnd, dataEnd + 1, whole, whole + 1};
  }

  private static boolean isAt(byte[] file, int at) {
    return (file[at] == 'R' || file[at] == 'B') && WavDecoder.beginsAt(file, at);
  }

  private static UnusableAudioException several(long at) {
    return UnusableAudioException.broken(
        ("a second WAV file begins at byte %d of the file; write the audio of all into one WAV file,"
                + " as sox a.wav b.wav c.wav does")
            .formatted(at));
  }
}

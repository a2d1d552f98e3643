package deepspeech.dataprep.audio;

import deepspeech.messages.deadletter.LeftOutReason;

/**
 * A call into a decoding library. None of them checks all that it reads, so that a damaged file can
 * make it fail anywhere. Only such calls are excused: what the code around them throws is a defect
 * of this service and not of the file.
 *
 * @param <T> what the library gives
 * @param <E> what it says that it throws
 */
@FunctionalInterface
interface LibraryCall<T, E extends Exception> {
  T run() throws E;

  /**
   * Makes a call.
   *
   * @param format of the file, for the message
   * @throws UnusableAudioException if the library fails in a way that it does not declare
   */
  static <T, E extends Exception> T of(String format, LibraryCall<T, E> call)
      throws E, UnusableAudioException {
    try {
      return call.run();
    } catch (RuntimeException e) {
      throw new UnusableAudioException(
          LeftOutReason.BROKEN_AUDIO, "the %s file is damaged".formatted(format), e);
    }
  }
}

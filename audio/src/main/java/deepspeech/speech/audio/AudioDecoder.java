package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;

/** Decodes one audio file format from the content of a file. */
interface AudioDecoder {
  /** Whether the content begins with the signature of this format. */
  boolean recognises(byte[] content);

  /**
   * Decodes a whole file and mixes its channels down to their mean.
   *
   * @param content the whole file
   * @param maxSeconds largest allowed duration; longer audio is refused before memory is allocated
   *     for it
   * @throws UnusableAudioException if the content is broken, of an unsupported kind or too long
   */
  Waveform decode(byte[] content, double maxSeconds) throws UnusableAudioException;
}

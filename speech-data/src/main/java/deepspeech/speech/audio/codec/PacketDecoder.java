package deepspeech.speech.audio.codec;

import deepspeech.speech.audio.UnusableAudioException;

/** Decodes the packets of a lossy codec. Instances can be shared between threads. */
public interface PacketDecoder {
  /**
   * Decodes all packets and mixes the channels down to their mean.
   *
   * @param audio the packets of a stream
   * @param mostSamples more samples than these, of one channel, are refused; at least 1
   * @return every sample that the packets give, untrimmed, at the stream's own rate; full scale is
   *     [-1, 1]
   * @throws UnusableAudioException if the codec reports an error, or the packets decode to another
   *     rate, another number of channels or to more samples than allowed
   * @throws CodecException if the codec itself cannot be had, which says nothing about the audio
   */
  float[] decode(EncodedAudio audio, long mostSamples) throws UnusableAudioException;
}

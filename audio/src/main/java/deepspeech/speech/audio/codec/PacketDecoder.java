package deepspeech.speech.audio.codec;

import deepspeech.speech.audio.failure.UnusableAudioException;

/** Decodes the packets of a lossy codec. Instances can be shared between threads. */
public interface PacketDecoder {
  /**
   * Decodes all packets and mixes the channels down to their mean.
   *
   * @param audio the packets of a stream
   * @param mostSamples largest allowed number of samples of one channel, at least 1
   * @return all decoded samples, untrimmed, at the sample rate of the stream; full scale is [-1, 1]
   * @throws UnusableAudioException if the codec reports an error, or the packets decode to another
   *     rate, another number of channels or to more samples than allowed
   * @throws CodecException if the codec is not available, which says nothing about the audio
   */
  float[] decode(EncodedAudio audio, long mostSamples) throws UnusableAudioException;
}

package deepspeech.speech.audio;

import deepspeech.speech.audio.codec.EncodedAudio;

/**
 * What the container of a compressed file yields.
 *
 * @param audio the packets
 * @param samples of each channel that the packets decode to
 * @param skip samples to drop in front: what the encoder needed to begin
 * @param wanted samples to keep behind those, at least 1; the rest is the padding of the last
 *     packet
 */
record EncodedTrack(EncodedAudio audio, long samples, long skip, long wanted) {}

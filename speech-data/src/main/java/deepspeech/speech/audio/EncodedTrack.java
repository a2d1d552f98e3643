package deepspeech.speech.audio;

import deepspeech.speech.audio.codec.EncodedAudio;

/**
 * The content of the container of a compressed file.
 *
 * @param audio the packets
 * @param samples number of samples of each channel that the packets decode to
 * @param skip number of samples to drop at the beginning, which is the delay of the encoder
 * @param wanted number of samples to keep after those, at least 1; the rest is padding of the last
 *     packet
 */
record EncodedTrack(EncodedAudio audio, long samples, long skip, long wanted) {}

package deepspeech.speech.audio;

import deepspeech.speech.audio.codec.EncodedAudio;

/**
 * The content of the container of a compressed file.
 *
 * @param audio the packets
 * @param samples number of samples of each channel that the packets decode to
 * @param skip number of samples to drop at the beginning: for MP3 the delay of encoder and decoder,
 *     for Opus the pre-skip, for Vorbis the samples before position 0
 * @param wanted number of samples to keep after those, at least 1; the rest is padding of the last
 *     packet
 */
record EncodedTrack(EncodedAudio audio, long samples, long skip, long wanted) {}

package deepspeech.speech.audio.codec;

import java.util.List;

/**
 * The packets of one audio stream, as extracted from its container.
 *
 * <p>The arrays are shared, not copied. The caller must not modify them afterwards.
 *
 * @param codec codec of the packets
 * @param header setup data for the decoder. Vorbis: the three header packets with Xiph lacing (a
 *     byte 2, the lengths of the first two, then the three packets); Opus: the packet {@code
 *     OpusHead}; MP3: empty
 * @param channels number of channels, 1 to 255
 * @param sampleRate sample rate of the decoded samples in Hz; Opus: 48,000
 * @param packets the audio packets in order, without header packets
 */
public record EncodedAudio(
    Codec codec, byte[] header, int channels, int sampleRate, List<byte[]> packets) {}

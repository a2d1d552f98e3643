package deepspeech.speech.audio.codec;

import java.util.List;

/**
 * The packets of one audio stream, as its container holds them.
 *
 * <p>The arrays are shared, not copied: whoever hands them over no longer writes to them.
 *
 * @param codec what the packets are encoded with
 * @param header what the decoder must know before the first packet. Vorbis: the three header
 *     packets with Xiph lacing (a byte 2, the lengths of the first two, then the three packets);
 *     Opus: the packet {@code OpusHead}; MP3: empty
 * @param channels 1 to 255
 * @param sampleRate of the decoded samples, in Hz; Opus: 48,000
 * @param packets the audio packets in order, header packets not among them
 */
public record EncodedAudio(
    Codec codec, byte[] header, int channels, int sampleRate, List<byte[]> packets) {}

package deepspeech.dataprep.audio;

import deepspeech.messages.deadletter.LeftOutReason;
import io.github.jaredmdobson.concentus.OpusException;
import io.github.jaredmdobson.concentus.OpusPacketInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Decodes Opus files in Ogg of one or two channels with Concentus, at 48 kHz.
 *
 * <p>Source: RFC 7845 (the file), RFC 6716 (the codec).
 */
final class OpusDecoder implements AudioDecoder {
  private static final byte[] MAGIC = "OpusHead".getBytes(StandardCharsets.US_ASCII);
  private static final int SAMPLE_RATE = 48_000;
  private static final int HEAD = 19;

  /** 120 ms, the longest packet. */
  private static final int MAX_PACKET_SAMPLES = 5760;

  @Override
  public boolean recognises(byte[] content) {
    return OggContent.begins(content, MAGIC);
  }

  @Override
  public Waveform decode(byte[] content, double maxSeconds) throws UnusableAudioException {
    OggContent file = OggContent.of(content);
    byte[] head = file.packets().isEmpty() ? new byte[0] : file.packets().get(0);
    if (head.length < HEAD || file.packets().size() < 2) {
      throw UnusableAudioException.broken("the header of the Opus file is damaged");
    }
    ByteBuffer fields = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    int channels = head[9];
    if (channels < 1 || channels > 2 || head[18] != 0) {
      throw UnusableAudioException.broken(
          "the Opus file has %d channels with mapping %d; 1 and 2 with mapping 0 are supported"
              .formatted(channels & 0xFF, head[18] & 0xFF));
    }
    int skip = fields.getShort(10) & 0xFFFF;
    double gain = Math.pow(10, fields.getShort(16) / 256.0 / 20);
    Samples samples = decode(file, channels, gain, maxSeconds + (double) skip / SAMPLE_RATE);
    long wanted = file.granule() - skip;
    if (wanted <= 0 || samples.count() <= skip) {
      throw UnusableAudioException.broken("the Opus file has no audio");
    }
    if (samples.count() < wanted) {
      throw UnusableAudioException.broken(
          "the Opus file has %d samples but its last page gives %d"
              .formatted(samples.count() - skip, wanted));
    }
    float[] kept = samples.range(skip, (int) Math.min(wanted, Integer.MAX_VALUE));
    AudioLimits.check(kept.length, SAMPLE_RATE, maxSeconds);
    return new Waveform(kept, SAMPLE_RATE);
  }

  private static Samples decode(OggContent file, int channels, double gain, double maxSeconds)
      throws UnusableAudioException {
    Samples samples = new Samples();
    short[] interleaved = new short[MAX_PACKET_SAMPLES * channels];
    float scale = (float) (gain * 0x1p-15 / channels);
    try {
      var decoder = new io.github.jaredmdobson.concentus.OpusDecoder(SAMPLE_RATE, channels);
      for (byte[] packet : file.packets().subList(2, file.packets().size())) {
        if (packet.length == 0) {
          throw UnusableAudioException.broken("the Opus file has an empty packet");
        }
        int expected =
            LibraryCall.of(
                "Opus", () -> OpusPacketInfo.getNumSamples(packet, 0, packet.length, SAMPLE_RATE));
        if (expected <= 0 || expected > MAX_PACKET_SAMPLES) {
          throw UnusableAudioException.broken(
              "a packet of the Opus file is damaged at sample " + samples.count());
        }
        // What the last packet has too much is cut off afterwards.
        AudioLimits.check(
            samples.count(), SAMPLE_RATE, maxSeconds + (double) MAX_PACKET_SAMPLES / SAMPLE_RATE);
        int count =
            LibraryCall.of(
                "Opus",
                () ->
                    decoder.decode(
                        packet, 0, packet.length, interleaved, 0, MAX_PACKET_SAMPLES, false));
        for (int i = 0; i < count; i++) {
          int sum = 0;
          for (int channel = 0; channel < channels; channel++) {
            sum += interleaved[i * channels + channel];
          }
          samples.add(sum * scale);
        }
      }
      return samples;
    } catch (OpusException e) {
      throw new UnusableAudioException(
          LeftOutReason.BROKEN_AUDIO,
          "a packet of the Opus file is damaged at sample " + samples.count(),
          e);
    }
  }
}

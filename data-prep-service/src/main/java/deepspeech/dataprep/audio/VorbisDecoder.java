package deepspeech.dataprep.audio;

import com.jcraft.jogg.Packet;
import com.jcraft.jorbis.Block;
import com.jcraft.jorbis.Comment;
import com.jcraft.jorbis.DspState;
import com.jcraft.jorbis.Info;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Decodes Vorbis files in Ogg with JOrbis.
 *
 * <p>Source: Xiph.Org, "Vorbis I specification".
 */
final class VorbisDecoder implements AudioDecoder {
  private static final byte[] MAGIC = "\u0001vorbis".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADERS = 3;
  private static final int IDENTIFICATION = 30;
  private static final int MAX_CHANNELS = 8;

  @Override
  public boolean recognises(byte[] content) {
    return OggContent.begins(content, MAGIC);
  }

  @Override
  public Waveform decode(byte[] content, double maxSeconds) throws UnusableAudioException {
    OggContent file = OggContent.of(content);
    List<byte[]> packets = file.packets();
    if (packets.size() <= HEADERS || packets.get(0).length < IDENTIFICATION) {
      throw UnusableAudioException.broken("the Vorbis file has no audio");
    }
    ByteBuffer head = ByteBuffer.wrap(packets.get(0)).order(ByteOrder.LITTLE_ENDIAN);
    int channels = head.get(11) & 0xFF;
    int sampleRate = head.getInt(12);
    if (channels < 1 || channels > MAX_CHANNELS) {
      throw UnusableAudioException.broken(
          "the Vorbis file has %d channels; 1 to %d are supported"
              .formatted(channels, MAX_CHANNELS));
    }
    AudioLimits.check(Math.max(0, file.granule()), sampleRate, maxSeconds);
    Info info = new Info();
    Comment comment = new Comment();
    comment.init();
    info.init();
    for (int i = 0; i < HEADERS; i++) {
      // The comments are free text, which JOrbis allocates room for as they claim.
      Packet header = packet(i == 1 ? emptyComment() : packets.get(i), i, false);
      if (LibraryCall.of("Vorbis", () -> info.synthesis_headerin(comment, header)) < 0) {
        throw UnusableAudioException.broken("the headers of the Vorbis file are damaged");
      }
    }
    Samples samples = samples(info, packets, channels, sampleRate, maxSeconds);
    if (file.granule() <= 0 || samples.count() == 0) {
      throw UnusableAudioException.broken("the Vorbis file has no audio");
    }
    if (samples.count() < file.granule()) {
      throw UnusableAudioException.broken(
          "the Vorbis file has %d samples but its last page gives %d"
              .formatted(samples.count(), file.granule()));
    }
    return new Waveform(samples.range(0, (int) file.granule()), sampleRate);
  }

  private static Samples samples(
      Info info, List<byte[]> packets, int channels, int sampleRate, double maxSeconds)
      throws UnusableAudioException {
    DspState state = new DspState();
    Block block =
        LibraryCall.of(
            "Vorbis",
            () -> {
              state.synthesis_init(info);
              return new Block(state);
            });
    Samples samples = new Samples();
    float[][][] pcm = new float[1][][];
    int[] offsets = new int[channels];
    for (int i = HEADERS; i < packets.size(); i++) {
      Packet packet = packet(packets.get(i), i, i == packets.size() - 1);
      if (LibraryCall.of("Vorbis", () -> block.synthesis(packet)) != 0) {
        throw UnusableAudioException.broken(
            "a packet of the Vorbis file is damaged at sample " + samples.count());
      }
      var unused = LibraryCall.of("Vorbis", () -> state.synthesis_blockin(block));
      for (int count = state.synthesis_pcmout(pcm, offsets);
          count > 0;
          count = state.synthesis_pcmout(pcm, offsets)) {
        for (int at = 0; at < count; at++) {
          float sum = 0;
          for (int channel = 0; channel < channels; channel++) {
            sum += pcm[0][channel][offsets[channel] + at];
          }
          if (!Float.isFinite(sum)) {
            throw UnusableAudioException.broken(
                "sample %d of the Vorbis file is not a finite number".formatted(samples.count()));
          }
          samples.add(sum / channels);
        }
        state.synthesis_read(count);
        // The last block may reach beyond the end of the audio.
        AudioLimits.check(samples.count(), sampleRate, maxSeconds + 1);
      }
    }
    return samples;
  }

  private static byte[] emptyComment() {
    return "\u0003vorbis\0\0\0\0\0\0\0\0\u0001".getBytes(StandardCharsets.US_ASCII);
  }

  private static Packet packet(byte[] content, int number, boolean last) {
    Packet packet = new Packet();
    packet.packet_base = content;
    packet.packet = 0;
    packet.bytes = content.length;
    packet.b_o_s = number == 0 ? 1 : 0;
    packet.e_o_s = last ? 1 : 0;
    packet.granulepos = -1;
    packet.packetno = number;
    return packet;
  }
}

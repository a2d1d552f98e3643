package deepspeech.dataprep.audio;

import deepspeech.messages.deadletter.LeftOutReason;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javazoom.jl.decoder.Bitstream;
import javazoom.jl.decoder.Decoder;
import javazoom.jl.decoder.Header;
import javazoom.jl.decoder.JavaLayerException;
import javazoom.jl.decoder.SampleBuffer;

/**
 * Decodes MP3 files (MPEG-1, 2 and 2.5, Layer III) with JLayer.
 *
 * <p>JLayer looks for the next frame after damage and plays on. Here frames that do not join each
 * other make the file broken. The encoder's delay stays in front of the audio, some 50 ms.
 */
final class Mp3Decoder implements AudioDecoder {
  private static final int TAG_HEADER = 10;
  private static final int TRAILING_TAG = 128;
  private static final int MIN_FRAME = 24;

  @Override
  public boolean recognises(byte[] content) {
    return startsWith(content, 0, "ID3") || isFrame(content, 0);
  }

  /** Whether the header of a Layer III frame is here. */
  private static boolean isFrame(byte[] content, int at) {
    if (content.length - at < 4) {
      return false;
    }
    int header =
        (content[at] & 0xFF) << 16 | (content[at + 1] & 0xFF) << 8 | (content[at + 2] & 0xFF);
    boolean synchronised = (header & 0xFFE000) == 0xFFE000;
    int version = header >> 11 & 3;
    int layer = header >> 9 & 3;
    int bitRate = header >> 4 & 0xF;
    int sampleRate = header >> 2 & 3;
    return synchronised
        && version != 1
        && layer == 1
        && bitRate != 0xF
        && bitRate != 0
        && sampleRate != 3;
  }

  @Override
  public Waveform decode(byte[] content, double maxSeconds) throws UnusableAudioException {
    int start = afterTag(content);
    if (!isFrame(content, start)) {
      throw UnusableAudioException.broken("the MP3 file has no audio frame after its tag");
    }
    int end = content.length;
    if (end - start > TRAILING_TAG && startsWith(content, end - TRAILING_TAG, "TAG")) {
      end -= TRAILING_TAG;
    }
    Bitstream stream = new Bitstream(new ByteArrayInputStream(content, start, end - start));
    try {
      return decode(stream, (end - start) / MIN_FRAME + 1, maxSeconds);
    } catch (JavaLayerException e) {
      throw new UnusableAudioException(
          LeftOutReason.BROKEN_AUDIO, "the MP3 file is truncated or damaged", e);
    }
  }

  private static Waveform decode(Bitstream stream, int mostFrames, double maxSeconds)
      throws JavaLayerException, UnusableAudioException {
    Decoder decoder = new Decoder();
    Samples samples = new Samples();
    SampleBuffer buffer = null;
    int sampleRate = 0;
    for (int frame = 0; ; frame++) {
      Header header = LibraryCall.of("MP3", stream::readFrame);
      if (header == null) {
        break;
      }
      if (frame > mostFrames) {
        throw UnusableAudioException.broken("the MP3 file has frames without content");
      }
      int channels = header.mode() == Header.SINGLE_CHANNEL ? 1 : 2;
      if (buffer == null) {
        sampleRate = header.frequency();
        buffer = new SampleBuffer(sampleRate, channels);
        decoder.setOutputBuffer(buffer);
      } else if (header.frequency() != sampleRate || channels != buffer.getChannelCount()) {
        throw UnusableAudioException.broken(
            "the MP3 file changes its sample rate or channels at sample " + samples.count());
      }
      AudioLimits.check(samples.count(), sampleRate, maxSeconds);
      var unused = LibraryCall.of("MP3", () -> decoder.decodeFrame(header, stream));
      add(samples, buffer.getBuffer(), buffer.getBufferLength(), channels);
      stream.closeFrame();
    }
    if (samples.count() == 0) {
      throw UnusableAudioException.broken("the MP3 file has no audio");
    }
    AudioLimits.check(samples.count(), sampleRate, maxSeconds);
    return new Waveform(samples.toArray(), sampleRate);
  }

  private static void add(Samples samples, short[] interleaved, int length, int channels) {
    for (int i = 0; i + channels <= length; i += channels) {
      int sum = 0;
      for (int channel = 0; channel < channels; channel++) {
        sum += interleaved[i + channel];
      }
      samples.add(sum * 0x1p-15f / channels);
    }
  }

  /** Where an ID3v2 tag ends, whose size is given in four times seven bits. */
  private static int afterTag(byte[] content) throws UnusableAudioException {
    if (!startsWith(content, 0, "ID3")) {
      return 0;
    }
    if (content.length < TAG_HEADER) {
      throw UnusableAudioException.broken("the MP3 file ends inside its tag");
    }
    long size = 0;
    for (int i = 6; i < TAG_HEADER; i++) {
      size = (size << 7) | (content[i] & 0x7F);
    }
    if (TAG_HEADER + size > content.length) {
      throw UnusableAudioException.broken(
          "the tag of the MP3 file claims %d bytes, more than the file has".formatted(size));
    }
    return (int) (TAG_HEADER + size);
  }

  private static boolean startsWith(byte[] content, int at, String magic) {
    byte[] bytes = magic.getBytes(StandardCharsets.US_ASCII);
    return content.length - at >= bytes.length
        && Arrays.equals(content, at, at + bytes.length, bytes, 0, bytes.length);
  }
}

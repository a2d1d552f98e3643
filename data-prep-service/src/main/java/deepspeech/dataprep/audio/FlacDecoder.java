package deepspeech.dataprep.audio;

import deepspeech.messages.deadletter.LeftOutReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jflac.FLACDecoder;
import org.jflac.FrameListener;
import org.jflac.frame.Frame;
import org.jflac.metadata.Metadata;
import org.jflac.metadata.StreamInfo;

/**
 * Decodes FLAC files of 8 to 24 bits with jFLAC.
 *
 * <p>jFLAC itself plays on through damage and silences the damaged frames. Here a frame with a
 * wrong checksum, a missing frame and a wrong MD5 signature of the samples each make the file
 * broken.
 */
final class FlacDecoder implements AudioDecoder {
  private static final byte[] MAGIC = {'f', 'L', 'a', 'C'};
  private static final int MAX_BITS = 24;
  private static final int BLOCK_HEADER = 4;
  private static final int LAST_BLOCK = 0x80;
  private static final int STREAM_INFO = 34;
  private static final int SIGNATURE_OFFSET = 26;

  @Override
  public boolean recognises(byte[] content) {
    return content.length >= MAGIC.length
        && Arrays.equals(content, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  @Override
  public Waveform decode(byte[] content, double maxSeconds) throws UnusableAudioException {
    FLACDecoder decoder = new FLACDecoder(new ByteArrayInputStream(withoutTags(content)));
    ErrorListener errors = new ErrorListener();
    decoder.addFrameListener(errors);
    try {
      var unused = LibraryCall.of("FLAC", decoder::readMetadata);
      StreamInfo info = decoder.getStreamInfo();
      check(info, maxSeconds);
      return samples(decoder, errors, info, content, maxSeconds);
    } catch (IOException e) {
      throw new UnusableAudioException(
          LeftOutReason.BROKEN_AUDIO, "the FLAC file is truncated or damaged", e);
    }
  }

  /**
   * The file with the stream information as its only metadata. jFLAC allocates whatever sizes the
   * other blocks claim.
   */
  private static byte[] withoutTags(byte[] content) throws UnusableAudioException {
    int frames = MAGIC.length;
    boolean last = false;
    while (!last) {
      if (content.length - frames < BLOCK_HEADER) {
        throw UnusableAudioException.broken("the FLAC file ends inside its metadata");
      }
      last = (content[frames] & LAST_BLOCK) != 0;
      int type = content[frames] & ~LAST_BLOCK & 0xFF;
      int size =
          (content[frames + 1] & 0xFF) << 16
              | (content[frames + 2] & 0xFF) << 8
              | (content[frames + 3] & 0xFF);
      if (frames == MAGIC.length && (type != 0 || size != STREAM_INFO)) {
        throw UnusableAudioException.broken("the FLAC file does not begin with stream information");
      }
      frames += BLOCK_HEADER + size;
      if (frames > content.length) {
        throw UnusableAudioException.broken(
            "a metadata block of the FLAC file claims %d bytes, more than the file has"
                .formatted(size));
      }
    }
    int kept = MAGIC.length + BLOCK_HEADER + STREAM_INFO;
    byte[] stream = Arrays.copyOf(content, kept + content.length - frames);
    System.arraycopy(content, frames, stream, kept, content.length - frames);
    stream[MAGIC.length] = (byte) LAST_BLOCK;
    return stream;
  }

  private static void check(StreamInfo info, double maxSeconds) throws UnusableAudioException {
    if (info.getBitsPerSample() > MAX_BITS) {
      throw UnusableAudioException.broken(
          "the FLAC file has %d bits a sample; at most %d are supported"
              .formatted(info.getBitsPerSample(), MAX_BITS));
    }
    AudioLimits.check(info.getTotalSamples(), info.getSampleRate(), maxSeconds);
  }

  private static Waveform samples(
      FLACDecoder decoder, ErrorListener errors, StreamInfo info, byte[] content, double maxSeconds)
      throws IOException, UnusableAudioException {
    int channels = info.getChannels();
    double scale = 1.0 / (channels * (double) (1L << (info.getBitsPerSample() - 1)));
    int bytesPerSample = (info.getBitsPerSample() + 7) / 8;
    long expected = info.getTotalSamples();
    MessageDigest md5 = md5();
    // A header may claim what the file does not have: the room grows with what is decoded.
    int likely = Math.max(1 << 14, content.length);
    float[] samples = new float[expected == 0 ? likely : (int) Math.min(expected, likely)];
    int count = 0;
    while (expected == 0 || count < expected) {
      Frame frame = LibraryCall.of("FLAC", decoder::readNextFrame);
      if (frame == null || decoder.getBadFrames() > 0 || errors.message != null) {
        break;
      }
      int size = frame.header.blockSize;
      if (frame.header.channels != channels
          || frame.header.bitsPerSample != info.getBitsPerSample()) {
        throw UnusableAudioException.broken(
            "the FLAC file changes its channels or bits at sample " + count);
      }
      AudioLimits.check((long) count + size, info.getSampleRate(), maxSeconds);
      if (count + size > samples.length) {
        samples = Arrays.copyOf(samples, Math.max(2 * samples.length, count + size));
      }
      int[][] channelSamples = new int[channels][];
      for (int channel = 0; channel < channels; channel++) {
        channelSamples[channel] = decoder.getChannelData()[channel].getOutput();
      }
      byte[] littleEndian = new byte[size * channels * bytesPerSample];
      int at = 0;
      for (int i = 0; i < size; i++) {
        long sum = 0;
        for (int[] channel : channelSamples) {
          sum += channel[i];
          for (int b = 0; b < bytesPerSample; b++) {
            littleEndian[at++] = (byte) (channel[i] >> (8 * b));
          }
        }
        samples[count + i] = (float) (sum * scale);
      }
      md5.update(littleEndian);
      count += size;
    }
    if (errors.message != null || decoder.getBadFrames() > 0) {
      throw UnusableAudioException.broken("the FLAC file is damaged after sample " + count);
    }
    if (count < expected) {
      throw UnusableAudioException.broken(
          "the FLAC file has %d samples but its header gives %d: truncated or a wrong header"
              .formatted(count, expected));
    }
    byte[] signature = signature(content);
    // A signature of zeros means that the encoder did not make one.
    if (!Arrays.equals(signature, new byte[signature.length])
        && !Arrays.equals(signature, md5.digest())) {
      throw UnusableAudioException.broken(
          "the samples of the FLAC file do not match its MD5 signature");
    }
    return new Waveform(Arrays.copyOf(samples, count), info.getSampleRate());
  }

  /**
   * The MD5 signature of the samples, which jFLAC does not show; the stream information is first.
   */
  private static byte[] signature(byte[] content) {
    return Arrays.copyOfRange(content, SIGNATURE_OFFSET, SIGNATURE_OFFSET + 16);
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  private static final class ErrorListener implements FrameListener {
    private String message;

    @Override
    public void processMetadata(Metadata metadata) {}

    @Override
    public void processFrame(Frame frame) {}

    @Override
    public void processError(String error) {
      message = error;
    }
  }
}

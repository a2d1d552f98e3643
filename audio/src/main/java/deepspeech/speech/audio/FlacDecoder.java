package deepspeech.speech.audio;

import deepspeech.speech.audio.failure.UnusableAudioException;
import java.util.Arrays;

/**
 * Decodes FLAC files with 4 to 32 bits and 1 to 8 channels.
 *
 * <p>A file is broken if it has a frame with a wrong checksum, a missing or duplicate frame, a
 * change of format, a wrong number of samples, a wrong MD5 signature, or anything except tags and
 * zeros after the last frame.
 *
 * <p>Source: RFC 9639, "Free Lossless Audio Codec (FLAC)".
 */
final class FlacDecoder implements AudioDecoder {
  private static final int FIRST_SAMPLES = 1 << 14;

  @Override
  public boolean recognises(byte[] content) {
    return FlacStreamInfo.MAGIC.begins(content);
  }

  @Override
  public Waveform decode(byte[] content, double maxSeconds) throws UnusableAudioException {
    FlacStreamInfo info = FlacStreamInfo.of(content);
    AudioLimits.check(info.samples(), info.sampleRate(), maxSeconds);
    FlacFrames frames = new FlacFrames(content, info);
    FlacSignature signature = info.hasMd5() ? new FlacSignature(info.bits()) : null;
    // A header may claim more samples than the file has, so the array grows with the decoded
    // samples.
    int likely = info.samples() == 0 ? FIRST_SAMPLES : Math.max(FIRST_SAMPLES, content.length);
    int most = AudioLimits.most(info.samples(), info.sampleRate(), maxSeconds);
    float[] mean = new float[Math.min(most, likely)];
    int count = 0;
    while (frames.hasNext()) {
      int size = frames.begin();
      AudioLimits.check((long) count + size, info.sampleRate(), maxSeconds);
      if (info.samples() != 0 && count + size > info.samples()) {
        throw wrongCount("more than " + count, info);
      }
      int[][] samples = frames.decode();
      if (signature != null) {
        signature.add(samples, size);
      }
      if (count + size > mean.length) {
        mean = Arrays.copyOf(mean, (int) Math.min(most, Math.max(2L * mean.length, count + size)));
      }
      mix(samples, size, info.bits(), mean, count);
      count += size;
    }
    if (info.samples() != 0 && count < info.samples()) {
      throw wrongCount(String.valueOf(count), info);
    }
    if (!Tags.fillTheRest(content, frames.end())) {
      throw UnusableAudioException.broken(
          "the FLAC file has something else than a frame after sample " + count);
    }
    if (signature != null && !Arrays.equals(signature.value(), info.md5())) {
      throw UnusableAudioException.broken(
          "the samples of the FLAC file do not match its MD5 signature");
    }
    return new Waveform(
        count == mean.length ? mean : Arrays.copyOf(mean, count), info.sampleRate());
  }

  private static UnusableAudioException wrongCount(String count, FlacStreamInfo info) {
    return UnusableAudioException.broken(
        "the FLAC file has %s samples but its header gives %d: damaged, truncated or a wrong header"
            .formatted(count, info.samples()));
  }

  private static void mix(int[][] samples, int size, int bits, float[] mean, int from) {
    double scale = 1.0 / (samples.length * (double) (1L << (bits - 1)));
    int[] first = samples[0];
    if (samples.length == 1) {
      for (int i = 0; i < size; i++) {
        mean[from + i] = (float) (first[i] * scale);
      }
      return;
    }
    for (int i = 0; i < size; i++) {
      long sum = 0;
      for (int[] channel : samples) {
        sum += channel[i];
      }
      mean[from + i] = (float) (sum * scale);
    }
  }
}

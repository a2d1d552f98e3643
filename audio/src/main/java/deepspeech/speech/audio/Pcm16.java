package deepspeech.speech.audio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Mono audio with 16 bits a sample.
 *
 * @param samples samples, -32768 to 32767
 * @param sampleRate samples a second
 */
public record Pcm16(short[] samples, int sampleRate) {
  private static final int FULL_SCALE = 32768;

  /**
   * Rounds audio to 16 bits. Resampling and files with float samples may give samples beyond full
   * scale. In that case all samples are scaled down by the same factor until the largest fits.
   * Clipping would change the features, but scaling does not, because features are computed at a
   * normalised level.
   */
  public static Pcm16 of(Waveform waveform) {
    float[] amplitudes = waveform.samples();
    float peak = 1;
    for (float amplitude : amplitudes) {
      peak = Math.max(peak, Math.abs(amplitude));
    }
    double scale = FULL_SCALE / (double) peak;
    short[] samples = new short[amplitudes.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) Math.min(FULL_SCALE - 1, Math.round(amplitudes[i] * scale));
    }
    return new Pcm16(samples, waveform.sampleRate());
  }

  /** Encodes the audio as a plain WAV file. */
  public byte[] toWav() {
    int dataBytes = 2 * samples.length;
    ByteBuffer file = ByteBuffer.allocate(44 + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(WavDecoder.fourCc("RIFF")).putInt(36 + dataBytes);
    file.putInt(WavDecoder.fourCc("WAVE")).putInt(WavDecoder.fourCc("fmt ")).putInt(16);
    file.putShort((short) WavEncoding.PCM).putShort((short) 1).putInt(sampleRate);
    file.putInt(2 * sampleRate).putShort((short) 2).putShort((short) 16);
    file.putInt(WavDecoder.DATA).putInt(dataBytes);
    file.asShortBuffer().put(samples);
    return file.array();
  }

  /** Encodes the audio as a FLAC file. */
  public byte[] toFlac() {
    return new FlacEncoder(this).encode();
  }
}

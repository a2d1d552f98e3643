package deepspeech.cli.corpus;

import com.sun.speech.freetts.Voice;
import com.sun.speech.freetts.audio.AudioPlayer;
import com.sun.speech.freetts.en.us.cmu_us_kal.KevinVoiceDirectory;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.sound.sampled.AudioFormat;

/**
 * Synthesises English speech of different pseudo-speakers with FreeTTS' diphone voice kevin16. The
 * same text and speaker give the same samples. Not thread-safe.
 */
final class SpeechSynthesizer implements AutoCloseable {
  static final int SAMPLE_RATE = 16_000;

  private final Voice voice;
  private final Recorder recorder = new Recorder();

  SpeechSynthesizer() {
    voice =
        Arrays.stream(new KevinVoiceDirectory().getVoices())
            .filter(candidate -> candidate.getName().equals("kevin16"))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("FreeTTS has no voice kevin16"));
    voice.allocate();
    voice.setAudioPlayer(recorder);
  }

  /**
   * Synthesises a text.
   *
   * @return samples at 16 kHz in [-1, 1)
   */
  float[] speak(String text, PseudoSpeaker speaker) {
    // Resampling by the formant scale also multiplies pitch and rate by it.
    voice.setPitch((float) (speaker.pitchHz() / speaker.formantScale()));
    voice.setPitchRange((float) (speaker.pitchRangeHz() / speaker.formantScale()));
    voice.setRate((float) (speaker.wordsPerMinute() / speaker.formantScale()));
    recorder.clear();
    if (!voice.speak(text)) {
      throw new IllegalStateException("FreeTTS cannot speak \"" + text + "\"");
    }
    return resample(recorder.samples(), speaker.formantScale());
  }

  @Override
  public void close() {
    voice.deallocate();
  }

  /** Resamples by linear interpolation, with {@code scale} input samples per output sample. */
  private static float[] resample(float[] samples, double scale) {
    float[] output = new float[(int) Math.floor((samples.length - 1) / scale) + 1];
    for (int i = 0; i < output.length; i++) {
      double at = i * scale;
      int left = (int) at;
      int right = Math.min(left + 1, samples.length - 1);
      double weight = at - left;
      output[i] = (float) (samples[left] * (1 - weight) + samples[right] * weight);
    }
    return output;
  }

  /** Records the audio that the voice would play. */
  private static final class Recorder implements AudioPlayer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private AudioFormat format;

    void clear() {
      bytes.reset();
    }

    float[] samples() {
      if (format.getSampleRate() != SAMPLE_RATE
          || format.getSampleSizeInBits() != 16
          || format.getChannels() != 1) {
        throw new IllegalStateException("FreeTTS returns audio of another format: " + format);
      }
      ByteBuffer buffer =
          ByteBuffer.wrap(bytes.toByteArray())
              .order(format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      float[] samples = new float[buffer.remaining() / Short.BYTES];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = buffer.getShort() / 32768f;
      }
      return samples;
    }

    @Override
    public void setAudioFormat(AudioFormat format) {
      this.format = format;
    }

    @Override
    public AudioFormat getAudioFormat() {
      return format;
    }

    @Override
    public boolean write(byte[] audio) {
      return write(audio, 0, audio.length);
    }

    @Override
    public boolean write(byte[] audio, int offset, int length) {
      bytes.write(audio, offset, length);
      return true;
    }

    @Override
    public void begin(int size) {}

    @Override
    public boolean end() {
      return true;
    }

    @Override
    public boolean drain() {
      return true;
    }

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void reset() {}

    @Override
    public void cancel() {}

    @Override
    public void close() {}

    @Override
    public float getVolume() {
      return 1;
    }

    @Override
    public void setVolume(float volume) {}

    @Override
    public long getTime() {
      return 0;
    }

    @Override
    public void resetTime() {}

    @Override
    public void startFirstSampleTimer() {}

    @Override
    public void showMetrics() {}
  }
}

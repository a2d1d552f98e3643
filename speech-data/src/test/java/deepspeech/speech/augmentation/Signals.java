package deepspeech.speech.augmentation;

import deepspeech.speech.DataFileException;
import deepspeech.speech.batching.EpochRandom;
import deepspeech.speech.storage.DataStorage;
import deepspeech.speech.storage.DatasetRoot;
import deepspeech.speech.storage.Location;
import deepspeech.speech.storage.Location.LocalFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Signals and draws for the tests of augmentation. */
final class Signals {
  private Signals() {}

  static float[] noise(int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (random.nextDouble() - 0.5);
    }
    return samples;
  }

  static float[] sine(int length, double hertz) {
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.5 * Math.sin(2 * Math.PI * hertz * i / 16000));
    }
    return samples;
  }

  static WorkingAudio audio(float[] samples) {
    WorkingAudio audio = new WorkingAudio();
    audio.load(samples, samples.length);
    return audio;
  }

  static Draw draw(long seed) {
    return draw(seed, 1, null);
  }

  static Draw draw(long seed, double strength, Recordings recordings) {
    return new Draw(EpochRandom.ofState(seed), strength, 320, 480_000, recordings);
  }

  static float[] samples(WorkingAudio audio) {
    return Arrays.copyOf(audio.samples(), audio.length());
  }

  static double energy(float[] samples) {
    double sum = 0;
    for (float sample : samples) {
      sum += (double) sample * sample;
    }
    return sum;
  }

  static float[] difference(float[] a, float[] b) {
    float[] difference = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  /** Recordings that are files of a folder. */
  static Recordings recordings(Path folder, List<Path> files) throws DataFileException {
    List<Location> locations = new ArrayList<>();
    files.forEach(file -> locations.add(new LocalFile(file)));
    DataStorage storage = DataStorage.under(new DatasetRoot(folder));
    return new Recordings(locations, new RecordingCache(storage));
  }
}

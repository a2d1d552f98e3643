package deepspeech.speech.encoding;

import static deepspeech.speech.features.FeatureShape.BINS;

import deepspeech.messages.features.OutputFrames;
import deepspeech.speech.audio.Waveform;
import deepspeech.speech.audio.failure.UnusableAudioException;
import deepspeech.speech.augmentation.Augmentation;
import deepspeech.speech.augmentation.DrawnFeatures;
import deepspeech.speech.augmentation.UtteranceKey;
import deepspeech.speech.augmentation.WorkingAudio;
import deepspeech.speech.dataset.DataSet;
import deepspeech.speech.dataset.UsableUtterance;
import deepspeech.speech.features.FeatureNormalizer;
import deepspeech.speech.features.FeatureShape;
import deepspeech.speech.features.GainNormalizer;
import deepspeech.speech.features.LinearSpectrogram;
import deepspeech.speech.storage.StoredAudio;
import java.util.List;

/**
 * Computes the features of one utterance at a time. It holds working memory and must not be used by
 * several threads at once.
 */
final class UtteranceEncoder {
  private final UtteranceAudio audio;
  private final LinearSpectrogram spectrogram = new LinearSpectrogram();
  private final WorkingAudio working = new WorkingAudio();
  private float[] features = {};
  private float[] warped = {};

  UtteranceEncoder(UtteranceAudio audio) {
    this.audio = audio;
  }

  /**
   * Decodes and augments an utterance, and computes and normalises its features.
   *
   * @param recording the audio of the utterance
   * @param epoch from 1; the random draws of the augmentation depend on it
   * @throws UnusableAudioException if the audio is unusable or, in a training split, too short for
   *     its labels
   */
  EncodedUtterance encode(
      DataSet dataSet,
      UsableUtterance usable,
      StoredAudio recording,
      int epoch,
      FeatureNormalizer normalizer)
      throws UnusableAudioException {
    Augmentation augmentation = dataSet.augmentation();
    UtteranceKey key =
        new UtteranceKey(dataSet.specification().seed(), epoch, usable.utterance().line());
    Waveform waveform = audio.read(recording, dataSet.split(), dataSet.specification(), usable);
    int length = waveform.samples().length;
    // This check comes first, because added noise would make silence audible.
    GainNormalizer.requireAudible(waveform.samples(), length);
    working.load(waveform.samples(), length);
    augmentation.perturb(working, key, fewestSamples(usable.labels()));
    double gain = GainNormalizer.gain(working.samples(), working.length());
    int frames = FeatureShape.frames(working.length());
    List<DrawnFeatures> drawn = augmentation.features(key, frames);
    features = withCapacity(features, frames);
    spectrogram.compute(working.samples(), working.length(), gain, features);
    for (DrawnFeatures augmented : drawn) {
      warp(augmented, frames);
    }
    short[] normalized = normalizer.normalize(features, frames);
    drawn.forEach(augmented -> augmented.mask(normalized));
    return new EncodedUtterance(frames, normalized);
  }

  /**
   * Warps the features in time. Normalisation can follow, because it is the same for each frame.
   */
  private void warp(DrawnFeatures augmented, int frames) {
    if (augmented.warps()) {
      warped = withCapacity(warped, frames);
      augmented.warp(features, warped);
      float[] free = features;
      features = warped;
      warped = free;
    }
  }

  private static float[] withCapacity(float[] features, int frames) {
    return features.length < frames * BINS ? new float[frames * BINS] : features;
  }

  /** The smallest number of samples that is enough for the labels. */
  private static int fewestSamples(int[] labels) {
    int frames = 3 * (OutputFrames.neededFor(labels) - 1) + 1;
    return FeatureShape.WINDOW + (frames - 1) * FeatureShape.HOP;
  }
}

package deepspeech.speech.augmentation;

import static deepspeech.speech.features.FeatureShape.BINS;

import deepspeech.speech.batching.EpochRandom;

/**
 * Time warping, frequency masks and time masks on the features (Park et al., "SpecAugment", 2019,
 * section 2; adaptive masks: Park et al., "SpecAugment on large scale datasets", 2019, section
 * 2.1). The strength scales F, T, W and the adaptive size.
 *
 * @param frequencyMask F: exclusive upper bound of the bins in a frequency mask
 * @param timeMask T: exclusive upper bound of the frames in a time mask
 * @param frequencyMasks number of frequency masks
 * @param timeMasks number of time masks
 * @param timeMaskPart p: largest share of an utterance's frames that one time mask covers
 * @param warp W: largest number of frames by which the centre moves
 * @param adaptiveNumberRatio if above 0, number of time masks for each frame, used in place of
 *     {@code timeMasks}
 * @param adaptiveSizeRatio if above 0, T as a share of the frames, used in place of {@code
 *     timeMask}
 * @param mostTimeMasks largest number of time masks if the number is adaptive
 * @param meanMasks whether masks are filled with the mean of the utterance's normalised features in
 *     place of 0, the mean of the training set
 */
record SpecAugment(
    int frequencyMask,
    int timeMask,
    int frequencyMasks,
    int timeMasks,
    double timeMaskPart,
    int warp,
    double adaptiveNumberRatio,
    double adaptiveSizeRatio,
    int mostTimeMasks,
    boolean meanMasks)
    implements FeaturePerturbation {
  private static final int MOST_MASKS = 1000;

  /** Reads the parameters under the names of any of the Python projects. */
  static SpecAugment read(Fields params) {
    String frequencyRatio = params.either("max_f_ratio", "freq_mask_ratio");
    String timeRatio = params.either("max_t_ratio", "time_mask_ratio");
    boolean byRatio = params.has(frequencyRatio) || params.has(timeRatio);
    String warp = params.either("W", "max_time_warp");
    boolean warps = params.has(warp);
    int reach = params.whole(warp, 0, MOST_FRAMES, byRatio ? 5 : 40);
    params.changesNothing(
        "warp_mode",
        warps && reach == 0 ? "time is not warped" : "time is warped by linear interpolation");
    params.changesNothing("inplace", "nothing else reads the features that are masked");
    // The default of PPASR for files that give ratios.
    boolean zero = params.truth("replace_with_zero", !byRatio);
    return new SpecAugment(
        byRatio && !params.has("F")
            ? (int) (BINS * params.number(frequencyRatio, 0, 1)) + 1
            : params.whole("F", 0, BINS),
        byRatio && !params.has("T") ? 0 : params.whole("T", 0, MOST_FRAMES),
        params.whole("n_freq_masks", 0, MOST_MASKS),
        params.whole("n_time_masks", 0, MOST_MASKS),
        params.number("p", 0, 1, 1),
        reach,
        params.number("adaptive_number_ratio", 0, 1, 0),
        byRatio && !params.has("T")
            ? params.number(timeRatio, 0, 1)
            : params.number("adaptive_size_ratio", 0, 1, 0),
        params.whole("max_n_time_masks", 0, MOST_MASKS, 20),
        !zero);
  }

  @Override
  public SpecAugmentation draw(EpochRandom random, int frames, double strength) {
    double centreDrawn = random.nextDouble();
    double distanceDrawn = random.nextDouble();
    int reach = (int) (strength * warp);
    int centres = frames - 2 * reach - 2;
    int centre = 0;
    int moved = 0;
    if (reach > 0 && centres > 0) {
      centre = reach + 1 + (int) (centreDrawn * centres);
      moved = centre - reach + (int) (distanceDrawn * (2 * reach + 1));
    }
    int[] bins = new int[2 * frequencyMasks];
    for (int mask = 0; mask < frequencyMasks; mask++) {
      int width = (int) (strength * frequencyMask * random.nextDouble());
      bins[2 * mask] = (int) ((BINS - width) * random.nextDouble());
      bins[2 * mask + 1] = bins[2 * mask] + width;
    }
    int count =
        adaptiveNumberRatio > 0
            ? Math.min(mostTimeMasks, (int) (frames * adaptiveNumberRatio))
            : timeMasks;
    double widest = adaptiveSizeRatio > 0 ? adaptiveSizeRatio * frames : timeMask;
    int[] masked = new int[2 * count];
    for (int mask = 0; mask < count; mask++) {
      int width =
          Math.min((int) (strength * widest * random.nextDouble()), (int) (frames * timeMaskPart));
      masked[2 * mask] = (int) ((frames - width) * random.nextDouble());
      masked[2 * mask + 1] = masked[2 * mask] + width;
    }
    return new SpecAugmentation(frames, centre, moved, bins, masked, meanMasks);
  }
}

package deepspeech.speech.augmentation;

import static deepspeech.speech.features.FeatureShape.BINS;

import deepspeech.messages.features.DataSpecification;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the parameters of each type of perturbation. It accepts every name that the Python projects
 * (PaddlePaddle-DeepSpeech, PPASR, MASR) have used for them.
 */
final class PerturbationReader {
  static final String TYPES = "impulse, noise, resample, shift, specaug, specsub, speed, volume";

  private static final double MOST_DECIBELS = 100;
  private static final double MOST_SHIFT_MS = 1000 * DataSpecification.LONGEST_UTTERANCE_SECONDS;
  private static final int MOST_FRAMES = 3000;
  private static final int MOST_MASKS = 1000;
  private static final int MOST_REPETITIONS = 100;
  private static final int MOST_RATES = 1000;
  private static final String A_PATH = "the path of a manifest";

  private final Function<Fields, Perturbation> type;
  private final String at;
  private final List<String> idle;

  private PerturbationReader(String type, String at, List<String> idle) {
    this.type = reader(type);
    this.at = at;
    this.idle = idle;
  }

  /**
   * Returns the reader of a type.
   *
   * @param at prefix of each line about the entry
   * @param idle receives a line for each parameter without effect
   */
  static PerturbationReader of(String type, String at, List<String> idle) {
    return new PerturbationReader(type, at, idle);
  }

  /** Reads the parameters; empty if the type is unknown. */
  Optional<Perturbation> read(Fields params) {
    if (type == null) {
      return Optional.empty();
    }
    Perturbation perturbation = type.apply(params);
    params.refuseOthers();
    return Optional.of(perturbation);
  }

  private Function<Fields, Perturbation> reader(String name) {
    return switch (name) {
      case "noise" -> this::noise;
      case "speed" ->
          params ->
              new Speed(
                  params.range("min_speed_rate", "max_speed_rate", 0.9, 1.1),
                  params.whole("num_rates", -1, MOST_RATES, 0));
      case "shift" ->
          params ->
              new Shift(
                  params.range("min_shift_ms", "max_shift_ms", -MOST_SHIFT_MS, MOST_SHIFT_MS));
      case "volume" ->
          params ->
              new Volume(
                  params.range("min_gain_dBFS", "max_gain_dBFS", -MOST_DECIBELS, MOST_DECIBELS));
      case "resample" -> params -> Resample.to(params.wholes("new_sample_rate", 1000, 48_000));
      case "impulse" ->
          params ->
              new Impulse(
                  params.text(params.either("impulse_manifest_path", "reverb_dir"), A_PATH));
      case "specaug" -> this::specAugment;
      case "specsub" ->
          params ->
              new SpecSubstitute(
                  params.whole(params.either("max_t", "max_time"), 0, MOST_FRAMES),
                  params.whole(params.either("num_t_sub", "num_time_sub"), 0, MOST_MASKS));
      default -> null;
    };
  }

  private Noise noise(Fields params) {
    return new Noise(
        params.range("min_snr_dB", "max_snr_dB", -MOST_DECIBELS, MOST_DECIBELS),
        params.text(params.either("noise_manifest_path", "noise_dir"), A_PATH),
        params.whole("repetition", 1, MOST_REPETITIONS, 1));
  }

  private SpecAugment specAugment(Fields params) {
    String frequencyRatio = params.either("max_f_ratio", "freq_mask_ratio");
    String timeRatio = params.either("max_t_ratio", "time_mask_ratio");
    boolean byRatio = params.has(frequencyRatio) || params.has(timeRatio);
    String warp = params.either("W", "max_time_warp");
    boolean warps = params.has(warp);
    int reach = params.whole(warp, 0, MOST_FRAMES, byRatio ? 5 : 40);
    idle(
        params,
        "warp_mode",
        warps && reach == 0 ? "time is not warped" : "time is warped by linear interpolation");
    idle(params, "inplace", "nothing else reads the features that are masked");
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

  private void idle(Fields params, String field, String why) {
    if (params.has(field)) {
      idle.add(at + field + " changes nothing: " + why);
    }
  }
}

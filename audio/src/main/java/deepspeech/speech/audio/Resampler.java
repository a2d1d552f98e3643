package deepspeech.speech.audio;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Band-limited conversion from one sample rate to another. The pass band ends at 0.9 of the lower
 * Nyquist frequency. The stop band begins at that Nyquist frequency and has an attenuation of 80
 * dB. The output is not delayed: sample {@code m} is the input at time {@code m / targetRate}.
 * Outside its ends the input is 0.
 *
 * <p>A rate far above the target is halved first, as often as short half-band filters allow. The
 * narrow transition band of the last filter takes half as many coefficients at half the rate.
 *
 * <p>Instances are immutable and can be shared between threads. The same input gives the same bits
 * on every JVM and processor.
 */
public final class Resampler {
  private static final double STOP_BAND_DB = 80;

  /**
   * A margin above the required attenuation, because Kaiser's formulas overestimate the attenuation
   * of short filters by some decibels.
   */
  private static final double HALVING_STOP_BAND_DB = 96;

  private static final double PASS_BAND_EDGE = 0.9;

  /**
   * Rates of at least this multiple of the target are halved. Just above 2, the half-band filter
   * gets long.
   */
  private static final double MIN_RATIO_TO_HALVE = 2.5;

  /**
   * Up to these numbers of phases and rows each phase has its own coefficients. Above them, the
   * coefficients are interpolated between {@link InterpolatingFilter#PHASES} sets.
   */
  private static final int MAX_PHASES = 1024;

  private static final int MAX_ROWS = 8192;

  /**
   * The number of columns computed at a time. With fewer columns, too many are left over by the
   * vector instructions. More columns would not stay in the cache of the processor.
   */
  private static final int COLUMNS = 256;

  private static final int MAX_HALVINGS = 5;

  /**
   * The rows need extra columns, because each filter uses up one column at both ends of its input.
   */
  private static final ThreadLocal<RowStore> ROWS =
      ThreadLocal.withInitial(() -> new RowStore(COLUMNS + 2 * (MAX_HALVINGS + 1)));

  private final int sourceRate;
  private final int targetRate;
  private final List<HalfBandFilter> halvings = new ArrayList<>();

  /**
   * The number of input samples in one column of the rows, and of output samples in the same time.
   */
  private final int inputs;

  private final int outputs;

  /** The last filter: one of the two is set, the other is null. */
  private final PhaseFilter filter;

  private final InterpolatingFilter interpolation;

  /**
   * Designs the filters.
   *
   * @param sourceRate samples a second of the input, greater than 0
   * @param targetRate samples a second of the output, greater than 0
   */
  public Resampler(int sourceRate, int targetRate) {
    if (sourceRate <= 0 || targetRate <= 0) {
      throw new IllegalArgumentException(
          "sample rates are %d and %d; they must be greater than 0"
              .formatted(sourceRate, targetRate));
    }
    this.sourceRate = sourceRate;
    this.targetRate = targetRate;
    int divisor = BigInteger.valueOf(sourceRate).gcd(BigInteger.valueOf(targetRate)).intValue();
    int up = targetRate / divisor;
    int down = sourceRate / divisor;
    if (up > MAX_PHASES || down > MAX_ROWS / 2) {
      this.inputs = down;
      this.outputs = up;
      this.filter = null;
      this.interpolation = new InterpolatingFilter(lowPass(sourceRate), down, up);
      return;
    }
    double rate = sourceRate;
    while (rate >= MIN_RATIO_TO_HALVE * targetRate
        && halvings.size() < MAX_HALVINGS
        && (down << halvings.size()) < MAX_ROWS / 4) {
      halvings.add(new HalfBandFilter(HALVING_STOP_BAND_DB, targetRate / 2.0 / rate));
      rate /= 2;
    }
    LowPass lowPass = lowPass(rate);
    // There must be whole rows after each halving, an even number of outputs and enough rows for
    // the filter.
    int whole = 1;
    while ((long) down * whole % (1L << halvings.size()) != 0 || (long) up * whole % 2 != 0) {
      whole *= 2;
    }
    int needed = (int) Math.ceil(2 * lowPass.halfWidth()) + 8;
    int rows = (down * whole) >> halvings.size();
    int periods = whole * ((needed + rows - 1) / rows);
    this.inputs = down * periods;
    this.outputs = up * periods;
    this.filter = new PhaseFilter(lowPass, inputs >> halvings.size(), outputs);
    this.interpolation = null;
  }

  /** Designs the filter that limits the band, at a sample rate. */
  private LowPass lowPass(double rate) {
    double nyquist = Math.min(rate, targetRate) / 2 / rate;
    return new LowPass(STOP_BAND_DB, PASS_BAND_EDGE * nyquist, nyquist);
  }

  /**
   * Returns the length of the output of {@link #resample} for an input of {@code length} samples.
   */
  public int outputLength(int length) {
    return Math.toIntExact((long) length * targetRate / sourceRate);
  }

  /** The size of the coefficients in bytes. */
  long bytes() {
    return filter == null ? interpolation.bytes() : filter.bytes();
  }

  /**
   * Converts a whole signal.
   *
   * @param samples the input, at the source rate
   * @return the output, at the target rate
   */
  public float[] resample(float[] samples) {
    if (sourceRate == targetRate) {
      return samples.clone();
    }
    float[] output = new float[outputLength(samples.length)];
    if (filter == null) {
      interpolation.apply(samples, output);
    } else {
      resample(samples, output);
    }
    return output;
  }

  private void resample(float[] samples, float[] output) {
    int periods = (output.length + outputs - 1) / outputs;
    int margin = halvings.size() + 1;
    RowStore store = ROWS.get();
    store.reset();
    List<SignalRows> stages = new ArrayList<>();
    for (int i = 0; i <= halvings.size(); i++) {
      int before = i < halvings.size() ? halvings.get(i).reach() : filter.before();
      int after = i < halvings.size() ? halvings.get(i).reach() : filter.after();
      stages.add(new SignalRows(store, before, inputs >> i, after));
    }
    for (int begin = 0; begin < periods; begin += COLUMNS) {
      int columns = Math.min(COLUMNS, periods - begin) + 2 * margin;
      SignalRows rows = stages.get(0);
      rows.fill(samples, (long) (begin - margin) * inputs, columns);
      rows.extend(columns);
      for (int i = 0; i < halvings.size(); i++) {
        SignalRows halved = stages.get(i + 1);
        halvings.get(i).apply(rows, halved, columns);
        halved.extend(columns);
        rows = halved;
      }
      filter.apply(rows, margin, columns - margin, output, begin * outputs);
    }
  }
}

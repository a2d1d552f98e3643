package deepspeech.acoustic.optimizer;

/**
 * A learning rate that was reduced a number of times, by the same factor, down to a floor. All are
 * for one device.
 */
record ReducedRate(double largest, double factor, double floor, int devices, int reductions)
    implements LearningRateSchedule {
  @Override
  public double at(int epoch, int batch) {
    return devices * Math.max(floor, largest * StrictMath.pow(factor, reductions));
  }

  @Override
  public LearningRateSchedule reduced(int times) {
    return new ReducedRate(largest, factor, floor, devices, times);
  }
}

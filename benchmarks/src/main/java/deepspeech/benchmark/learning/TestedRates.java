package deepspeech.benchmark.learning;

import deepspeech.acoustic.optimizer.LearningRateSchedule;
import deepspeech.acoustic.optimizer.Plateau;
import deepspeech.messages.configuration.ScheduleArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The learning rates of a training of which each epoch is tested. As in the trainer, an epoch uses
 * the test results up to the last but one epoch before it.
 */
final class TestedRates {
  private final ScheduleArguments arguments;
  private final List<Double> results = new ArrayList<>();
  private LearningRateSchedule rates;
  private Plateau plateau = Plateau.beginningWith(1);

  TestedRates(ScheduleArguments arguments, LearningRateSchedule rates) {
    this.arguments = arguments;
    this.rates = rates;
  }

  /** Returns the learning rates of an epoch; the epochs are asked for in turn. */
  LearningRateSchedule of(int epoch) {
    if (epoch > 2) {
      double cer = results.get(epoch - 3);
      plateau = plateau.next(OptionalDouble.of(cer), arguments.plateauPatience());
      rates = rates.reduced(plateau.reductions());
    }
    return rates;
  }

  /** Adds the test CER of the next epoch. */
  void tested(double cer) {
    results.add(cer);
  }
}

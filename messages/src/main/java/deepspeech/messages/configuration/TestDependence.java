package deepspeech.messages.configuration;

import java.util.ArrayList;
import java.util.List;

/** The arguments by which the training of a run depends on the results of its tests. */
public final class TestDependence {
  private TestDependence() {}

  /**
   * Returns each of these arguments with its value, such as {@code learning_rate_schedule is
   * plateau}; an empty list if the training does not depend on tests.
   */
  public static List<String> of(TrainingConfiguration configuration) {
    List<String> arguments = new ArrayList<>();
    if (configuration.schedule().type() == ScheduleType.PLATEAU) {
      arguments.add(is(Argument.LEARNING_RATE_SCHEDULE, configuration));
    }
    if (configuration.earlyStop().isOn()) {
      arguments.add(is(Argument.EARLY_STOP_PATIENCE, configuration));
    }
    return arguments;
  }

  private static String is(Argument argument, TrainingConfiguration configuration) {
    return argument.argumentName() + " is " + configuration.value(argument);
  }
}

package deepspeech.cli.process;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Holds a {@link Sleeper} as the stack holds its services: argument 1 is the log, then the child's.
 */
final class Parent {
  private Parent() {}

  public static void main(String[] arguments) throws Exception {
    String[] childArguments = Arrays.copyOfRange(arguments, 1, arguments.length);
    SupervisedProgram child =
        SupervisedProgram.start(
            TestProgram.of(Sleeper.class, childArguments),
            Path.of(arguments[0]),
            RestartPolicy.OF_SERVICES,
            System.err::println);
    TimeUnit.DAYS.sleep(1);
    child.requestStop();
  }
}

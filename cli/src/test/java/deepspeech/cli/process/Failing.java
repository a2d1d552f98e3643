package deepspeech.cli.process;

/** A child that logs an error and ends with status 3. */
final class Failing {
  private Failing() {}

  public static void main(String[] arguments) {
    System.out.println(
        "2026-01-31 12:00:00,123 ERROR [deepspeech.Service] (main) broker b:1: not reachable");
    System.out.println("the end");
    System.exit(3);
  }
}

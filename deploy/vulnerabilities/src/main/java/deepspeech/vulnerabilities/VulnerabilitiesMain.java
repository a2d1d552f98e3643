package deepspeech.vulnerabilities;

/** Starts the command line. */
public final class VulnerabilitiesMain {
  private VulnerabilitiesMain() {}

  /** Checks the libraries and exits. */
  public static void main(String... arguments) {
    System.exit(CheckLibraries.commandLine().execute(arguments));
  }
}

package deepspeech.images;

/** Starts the command line. */
public final class ImagesMain {
  private ImagesMain() {}

  /** Builds images and exits. */
  public static void main(String... arguments) {
    System.exit(BuildImages.commandLine().execute(arguments));
  }
}

package deepspeech.images;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which native libraries of a jar are needed on Linux x86-64, where they go in the image, and what
 * lets the library find them there. Without it each would be unpacked at every start.
 *
 * @param library group and name of the jar
 * @param entry the entries of the jar that are needed
 * @param target their path in the image, with references to groups of {@code entry}
 * @param setting options of the JVM, with {@code FILE} and {@code FOLDER} for the place; empty if
 *     it needs none of its own
 */
record NativeRule(String library, Pattern entry, String target, String setting) {
  /** The folder of native libraries in an image. */
  static final String NATIVES = "/deepspeech/natives";

  private static final String JAVACPP = "org/bytedeco/javacpp/linux-x86_64/libjnijavacpp.so";

  /** Of ffmpeg only what the codec process loads, and what that is linked with. */
  private static final String FFMPEG =
      "org/bytedeco/ffmpeg/linux-x86_64/(?:libjni(?:avutil|swresample|avcodec)\\.so"
          + "|lib(?:avutil|swresample|avcodec|va|va-drm|drm)\\.so\\.\\d+)";

  private static final Pattern NATIVE =
      Pattern.compile(".*\\.(so(\\.\\d+)*|dll|dylib|jnilib|a|pdb)|.*\\.dSYM/.*");

  /**
   * The rules for all services.
   *
   * @param djl version of DJL, which is in the name of its JNI library
   */
  static List<NativeRule> all(TorchFlavor torch, String djl) {
    return List.of(
        // The JNI library must be in the folder of libtorch, under this name.
        rule(
            "ai.djl.pytorch:pytorch-jni",
            "jnilib/linux-x86_64/" + torch.name() + "/(libdjl_torch\\.so)",
            torch.folder() + "/" + djl + "-$1",
            ""),
        rule(
            "ai.djl.pytorch:pytorch-native-cpu",
            torch.isInBase() ? "" : "pytorch/cpu/linux-x86_64/(.*)",
            torch.folder() + "/$1",
            ""),
        rule(
            "com.microsoft.onnxruntime:onnxruntime",
            "ai/onnxruntime/native/linux-x64/([^/]*\\.so)",
            NATIVES + "/onnxruntime/$1",
            "-Donnxruntime.native.path=FOLDER"),
        rule("org.bytedeco:javacpp", "(" + JAVACPP + ")", NATIVES + "/ffmpeg/$1", ""),
        rule("org.bytedeco:ffmpeg", "(" + FFMPEG + ")", NATIVES + "/ffmpeg/$1", ""),
        rule(
            "com.github.luben:zstd-jni",
            "linux/amd64/(libzstd-jni-.*\\.so)",
            NATIVES + "/$1",
            "-DZstdNativePath=FILE"),
        rule(
            "org.xerial.snappy:snappy-java",
            "org/xerial/snappy/native/Linux/x86_64/(libsnappyjava\\.so)",
            NATIVES + "/$1",
            "-Dorg.xerial.snappy.lib.path=FOLDER"),
        rule(
            "at.yawk.lz4:lz4-java",
            "net/jpountz/util/linux/amd64/(liblz4-java\\.so)",
            NATIVES + "/$1",
            "-Djava.library.path=FOLDER"),
        rule(
            "com.aayushatharva.brotli4j:native-linux-x86_64",
            "lib/linux-x86_64/(libbrotli\\.so)",
            NATIVES + "/$1",
            "-Dbrotli4j.library.path=FILE"),
        rule(
            "net.java.dev.jna:jna",
            "com/sun/jna/linux-x86-64/(libjnidispatch\\.so)",
            NATIVES + "/$1",
            "-Djna.boot.library.path=FOLDER -Djna.nounpack=true"));
  }

  private static NativeRule rule(String library, String entry, String target, String setting) {
    return new NativeRule(library, Pattern.compile(entry), target, setting);
  }

  /** True if an entry of a jar is a native library of any platform, or its debug symbols. */
  static boolean isNative(String entry) {
    return NATIVE.matcher(entry).matches();
  }

  /** True if the base has these libraries, and the jar's are dropped. */
  boolean isInBase() {
    return entry.pattern().isEmpty();
  }

  /** Where an entry goes in the image; empty if it is not needed. */
  Optional<String> place(String name) {
    Matcher matcher = entry.matcher(name);
    return matcher.matches() ? Optional.of(matcher.replaceFirst(target)) : Optional.empty();
  }

  /** The options of the JVM for a library at this place. */
  List<String> options(String place) {
    return setting.isEmpty()
        ? List.of()
        : List.of(
            setting
                .replace("FILE", place)
                .replace("FOLDER", place.substring(0, place.lastIndexOf('/')))
                .split(" "));
  }
}

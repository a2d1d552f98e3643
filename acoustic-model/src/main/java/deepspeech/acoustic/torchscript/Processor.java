package deepspeech.acoustic.torchscript;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The processor as far as it decides which kernels compute, and so how sums round.
 *
 * @param maker such as {@code GenuineIntel}: MKL chooses by it too
 * @param flags instruction sets as Linux names them
 */
record Processor(String maker, Set<String> flags) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** By which PyTorch, MKL and oneDNN choose kernels. */
  private static final Set<String> DECISIVE =
      Set.of(
          "sse4_1",
          "sse4_2",
          "avx",
          "f16c",
          "fma",
          "avx2",
          "avx_vnni",
          "avx512f",
          "avx512bw",
          "avx512dq",
          "avx512vl",
          "avx512cd",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_tile",
          "amx_int8",
          "amx_bf16");

  /** They make the libraries choose as if the processor had less. */
  private static final List<String> LIMITING =
      List.of(
          "ATEN_CPU_CAPABILITY",
          "MKL_CBWR",
          "MKL_ENABLE_INSTRUCTIONS",
          "MKL_DEBUG_CPU_TYPE",
          "ONEDNN_MAX_CPU_ISA",
          "DNNL_MAX_CPU_ISA");

  private static final String UNKNOWN = "unknown";

  Processor {
    flags = Set.copyOf(flags);
  }

  /** The one that this runs on; nothing is known of one that Linux does not describe. */
  static Processor present() {
    try {
      return of(Files.readAllLines(CPU_INFO));
    } catch (IOException e) {
      return new Processor(UNKNOWN, Set.of());
    }
  }

  /** The first one that {@code /proc/cpuinfo} describes. */
  static Processor of(List<String> cpuInfo) {
    Set<String> flags = new HashSet<>(List.of(value(cpuInfo, "flags", "").split("\\s+")));
    return new Processor(value(cpuInfo, "vendor_id", UNKNOWN), flags);
  }

  private static String value(List<String> cpuInfo, String name, String otherwise) {
    return cpuInfo.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(otherwise);
  }

  /**
   * The kernels that PyTorch chooses: see {@code compute_cpu_capability} in {@code
   * aten/src/ATen/native/DispatchStub.cpp} of PyTorch 2.7.
   *
   * @param environment gives variables, null for one that is not set
   */
  String capability(UnaryOperator<String> environment) {
    String wanted = environment.apply("ATEN_CPU_CAPABILITY");
    if (wanted != null && Set.of("avx512", "avx2", "default").contains(wanted)) {
      return wanted.toUpperCase(Locale.ROOT);
    }
    if (flags.containsAll(Set.of("avx512vl", "avx512bw", "avx512dq", "fma"))) {
      return "AVX512";
    }
    return flags.containsAll(Set.of("avx2", "fma")) ? "AVX2" : "DEFAULT";
  }

  /** Maker, decisive instruction sets and limiting variables, in a line. */
  String instructions(UnaryOperator<String> environment) {
    Set<String> decisive = new TreeSet<>(flags);
    decisive.retainAll(DECISIVE);
    return Stream.of(
            Stream.of(maker),
            decisive.stream(),
            LIMITING.stream()
                .filter(name -> environment.apply(name) != null)
                .map(name -> Map.entry(name, environment.apply(name)).toString()))
        .flatMap(texts -> texts)
        .collect(Collectors.joining(" "));
  }
}

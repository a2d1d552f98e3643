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
 * The properties of the processor that decide which kernels compute, and therefore how sums round.
 *
 * @param maker the vendor, such as {@code GenuineIntel}; MKL's choice of kernels depends on it too
 * @param flags instruction sets as Linux names them
 */
record Processor(String maker, Set<String> flags) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** The instruction sets by which PyTorch, MKL and oneDNN choose kernels. */
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

  /**
   * Environment variables that make the libraries choose kernels for a processor with fewer
   * instruction sets.
   */
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

  /**
   * Returns the processor of this machine. Maker and flags are unknown if Linux does not describe
   * them.
   */
  static Processor present() {
    try {
      return of(Files.readAllLines(CPU_INFO));
    } catch (IOException e) {
      return new Processor(UNKNOWN, Set.of());
    }
  }

  /** Returns the first processor in {@code /proc/cpuinfo}. */
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
   * Returns the kernels that PyTorch chooses: see {@code compute_cpu_capability} in {@code
   * aten/src/ATen/native/DispatchStub.cpp} of PyTorch 2.7.
   *
   * @param environment returns the value of an environment variable, null if it is not set
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

  /** Returns maker, decisive instruction sets and limiting variables in one line. */
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

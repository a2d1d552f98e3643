package deepspeech.acoustic.device;

import deepspeech.acoustic.torchscript.TorchEngine;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Whether GPUs compute products of single precision in TF32. It is a setting of PyTorch for the
 * whole process ({@code torch.backends.cudnn.allow_tf32} and {@code
 * torch.backends.cuda.matmul.allow_tf32} of Python), which by default is on for cuDNN and off for
 * cuBLAS. Neither TorchScript nor DJL gives access to it, so the methods of {@code at::Context}
 * ({@code aten/src/ATen/Context.h}) are called by their names in the library.
 */
public final class Tf32 {
  private static final String LIBRARY = "libtorch_cpu";
  private static final String CONTEXT = "_ZN2at13globalContextEv";
  private static final String SET_CUDNN = "_ZN2at7Context17setAllowTF32CuDNNEb";
  private static final String SET_CUBLAS = "_ZN2at7Context18setAllowTF32CuBLASEb";
  private static final String CUDNN = "_ZNK2at7Context14allowTF32CuDNNEv";
  private static final String CUBLAS = "_ZNK2at7Context15allowTF32CuBLASEv";

  private Tf32() {}

  /**
   * Allows or forbids TF32 in convolutions and GRU layers of cuDNN and in products of cuBLAS.
   *
   * @throws IllegalStateException if this PyTorch does not follow
   */
  public static void allow(boolean allowed) {
    var unusedCudnn = call(SET_CUDNN, allowed ? 1 : 0);
    var unusedCublas = call(SET_CUBLAS, allowed ? 1 : 0);
    if (inCudnn() != allowed || inCublas() != allowed) {
      throw new IllegalStateException("PyTorch did not change TF32 to " + allowed);
    }
  }

  static boolean inCudnn() {
    return isTrue(call(CUDNN));
  }

  static boolean inCublas() {
    return isTrue(call(CUBLAS));
  }

  /** A {@code bool} is the lowest byte of the register. */
  private static boolean isTrue(long result) {
    return (result & 0xff) != 0;
  }

  /** Calls a method of the context; one that returns nothing has a result without meaning. */
  private static long call(String method, Object... arguments) {
    var unused = TorchEngine.start();
    String library =
        NativeLibraries.OF_PROCESS
            .loaded(LIBRARY)
            .map(Path::toString)
            .orElseThrow(() -> new IllegalStateException("PyTorch has not loaded " + LIBRARY));
    Object[] all = new Object[1 + arguments.length];
    all[0] = result(NativeLibraries.OF_PROCESS.call(library, CONTEXT), CONTEXT);
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return result(NativeLibraries.OF_PROCESS.call(library, method, all), method);
  }

  private static long result(OptionalLong result, String function) {
    return result.orElseThrow(
        () -> new IllegalStateException("this PyTorch has no function " + function));
  }
}

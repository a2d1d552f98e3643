package deepspeech.acoustic.torchscript;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import com.sun.jna.Library;
import com.sun.jna.Native;
import deepspeech.messages.checkpoint.CpuProvenance;
import java.util.Optional;

/**
 * Starts DJL's PyTorch engine once per JVM, from the libraries on the class path and never from the
 * network.
 *
 * <p>By default PyTorch uses as many threads as the JVM sees processors, which is the container's
 * share of the machine. The system property {@code ai.djl.pytorch.num_threads} overrides this, and
 * a run may set its own number. Sums over threads round differently. Results on a CPU are therefore
 * bitwise reproducible only for the same number of threads.
 *
 * <p>Threads that wait for each other sleep instead of spinning, unless the environment variable
 * OMP_WAIT_POLICY is set. Spinning made a training step five times as slow when other processes
 * needed the processors too.
 *
 * <p>On GPUs PyTorch's segments of memory can grow, unless the environment variable
 * PYTORCH_CUDA_ALLOC_CONF is set. With segments of fixed size, batches of many shapes leave gaps
 * that hold no later batch.
 */
public final class TorchEngine {
  /** The name of the engine in DJL. */
  public static final String NAME = "PyTorch";

  private static final String THREADS = "ai.djl.pytorch.num_threads";
  private static final String OFFLINE = "ai.djl.offline";

  private TorchEngine() {}

  /** Returns the engine, and starts it if necessary. */
  public static Engine start() {
    return Holder.ENGINE;
  }

  /**
   * Sets the number of threads that share a computation, for the calling thread and for threads
   * that start later. The setting applies to the whole process, in which only one run computes at a
   * time.
   *
   * @param wanted number of threads, from 1; empty for the number at the start of the engine
   * @return the number of threads and the kernels that are now in use
   */
  public static CpuProvenance computeWith(Optional<Integer> wanted) {
    var unused = start();
    JniUtils.setNumThreads(wanted.orElse(Integer.getInteger(THREADS)));
    return new CpuProvenance(
        JniUtils.getNumThreads(),
        Holder.PROCESSOR.capability(System::getenv),
        Holder.PROCESSOR.instructions(System::getenv));
  }

  /**
   * The C library. OpenMP and PyTorch's allocator read their environment variables when they are
   * loaded, and the JVM cannot set them itself.
   */
  private interface CLibrary extends Library {
    CLibrary INSTANCE = Native.load("c", CLibrary.class);

    int setenv(String name, String value, int overwrite);
  }

  private static final class Holder {
    private static final Engine ENGINE = create();
    private static final Processor PROCESSOR = Processor.present();

    private static Engine create() {
      CLibrary.INSTANCE.setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
      CLibrary.INSTANCE.setenv("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True", 0);
      setUnlessGiven(OFFLINE, "true");
      // Without this, DJL sends usage reports to its makers from the machines of one cloud.
      setUnlessGiven("OPT_OUT_TRACKING", "true");
      setUnlessGiven(THREADS, Integer.toString(Runtime.getRuntime().availableProcessors()));
      // Optimised graphs are recompiled for every shape, and batches rarely have the same shape.
      setUnlessGiven("ai.djl.pytorch.graph_optimizer", "false");
      Engine engine = Engine.getEngine(NAME);
      // DJL disables gradients for the thread that starts the engine.
      JniUtils.setGradMode(true);
      return engine;
    }

    private static void setUnlessGiven(String property, String value) {
      if (System.getProperty(property) == null) {
        System.setProperty(property, value);
      }
    }
  }
}

package deepspeech.acoustic.torchscript;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import com.sun.jna.Library;
import com.sun.jna.Native;
import deepspeech.messages.checkpoint.CpuProvenance;
import java.util.Optional;

/**
 * Starts DJL's PyTorch engine once for the JVM, from the libraries on the class path and never from
 * the network.
 *
 * <p>PyTorch uses as many threads as the JVM sees processors, which is the container's share of the
 * machine rather than all of it; the system property {@code ai.djl.pytorch.num_threads} says
 * otherwise, and a run may ask for a number of its own. Sums over threads round differently, so
 * results on a CPU repeat to the bit for the same number of threads.
 *
 * <p>Threads that wait for each other sleep rather than spin (the environment variable
 * OMP_WAIT_POLICY says otherwise): where other processes want the processors too, spinning made a
 * training step five times as slow.
 */
public final class TorchEngine {
  /** The name by which DJL knows the engine. */
  public static final String NAME = "PyTorch";

  private static final String THREADS = "ai.djl.pytorch.num_threads";
  private static final String OFFLINE = "ai.djl.offline";

  private TorchEngine() {}

  /** The engine, started if it was not. */
  public static Engine start() {
    return Holder.ENGINE;
  }

  /**
   * Lets computations of the calling thread, and of threads that begin later, be shared by a number
   * of threads. It holds for the whole process: one run computes at a time.
   *
   * @param wanted from 1; empty for as many as at the start of the engine
   * @return how it computes now
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
   * The C library: OpenMP reads its environment when it is loaded, and the JVM cannot write to
   * that.
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
      setUnlessGiven(OFFLINE, "true");
      // DJL otherwise reports to its makers from the machines of one cloud.
      setUnlessGiven("OPT_OUT_TRACKING", "true");
      setUnlessGiven(THREADS, Integer.toString(Runtime.getRuntime().availableProcessors()));
      // Optimised graphs are compiled anew for every shape, and no two batches have one shape.
      setUnlessGiven("ai.djl.pytorch.graph_optimizer", "false");
      Engine engine = Engine.getEngine(NAME);
      // DJL switches gradients off for the thread that happens to start the engine.
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

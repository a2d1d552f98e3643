package deepspeech.acoustic.torchscript;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.Map;

/** Counts the managers of arrays that are open. */
public final class OpenManagers {
  private OpenManagers() {}

  /** DJL's own manager has every one that is open. */
  public static int count() throws ReflectiveOperationException {
    try (NDManager manager = TorchEngine.start().newBaseManager(Device.cpu())) {
      Field resources = BaseNDManager.class.getDeclaredField("resources");
      resources.setAccessible(true);
      return ((Map<?, ?>) resources.get(manager.getParentManager())).size();
    }
  }
}

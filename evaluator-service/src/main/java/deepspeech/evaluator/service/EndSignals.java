package deepspeech.evaluator.service;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * The signals that ask the service to end. ONNX Runtime's Java library frees its environment in a
 * shutdown hook, so as soon as the JVM begins to end, and a computation under way then reads freed
 * memory and crashes the process. Therefore a signal first ends the service, which waits for its
 * computation, and only then the JVM.
 */
final class EndSignals {
  private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

  private EndSignals() {}

  /**
   * Calls an action at each of the signals, instead of the end of the JVM.
   *
   * @param end ends the service and then the JVM, without waiting
   */
  static void call(Runnable end) {
    for (String name : NAMES) {
      try {
        handle(name, end);
      } catch (InvocationTargetException e) {
        // The JVM does not handle this signal either: all under -Xrs, HUP under nohup.
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("every JDK has sun.misc.Signal", e);
      }
    }
  }

  /** By reflection, because the compiler's warning about this class cannot be suppressed. */
  private static void handle(String name, Runnable end) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object calling =
        Proxy.newProxyInstance(
            EndSignals.class.getClassLoader(),
            new Class<?>[] {handler},
            (proxy, method, arguments) -> {
              end.run();
              return null;
            });
    var unused =
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), calling);
  }
}

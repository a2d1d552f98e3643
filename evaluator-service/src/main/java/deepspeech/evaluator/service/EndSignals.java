package deepspeech.evaluator.service;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * The signals that ask the service to end. ONNX Runtime's Java library frees its environment in a
 * shutdown hook, so as soon as the JVM begins to end, and a computation under way then reads freed
 * memory and crashes the process. Therefore a signal first ends the service, which waits for its
 * computation, and only then the JVM.
 */
@ApplicationScoped
public class EndSignals {
  private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

  private static volatile boolean arrived;

  /** From now on each of the signals ends the service and then the JVM. */
  static void handle() {
    for (String name : NAMES) {
      try {
        handle(name);
      } catch (InvocationTargetException e) {
        // The JVM does not handle this signal either: all under -Xrs, HUP under nohup.
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("every JDK has sun.misc.Signal", e);
      }
    }
  }

  /** By reflection, because the compiler's warning about this class cannot be suppressed. */
  private static void handle(String name) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object calling =
        Proxy.newProxyInstance(
            EndSignals.class.getClassLoader(),
            new Class<?>[] {handler},
            (proxy, method, arguments) -> {
              arrived = true;
              Quarkus.asyncExit();
              return null;
            });
    var unused =
        signal
            .getMethod("handle", signal, handler)
            .invoke(null, signal.getConstructor(String.class).newInstance(name), calling);
  }

  /** Quarkus forgets a request to end that comes before it starts. */
  void endIfAsked(@Observes StartupEvent event) {
    if (arrived) {
      Quarkus.asyncExit();
    }
  }
}

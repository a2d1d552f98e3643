package deepspeech.checkpoint;

import deepspeech.objectstore.Retry;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Checkpoint stores each of whose operations on the server is a moment to die at. */
public final class MortalStore {
  /**
   * Names an operation by which a trainer renews or releases a lease that it has acquired. A clock
   * decides when it renews one.
   */
  public static final String LEASE_RENEWAL = "renew lease";

  private static final Set<String> NO_OPERATION = Set.of("uri", "close", "toString", "bucket");

  private MortalStore() {}

  /** Carries out one operation, or throws instead. */
  @FunctionalInterface
  public interface Life {
    /** Called with what is about to be done. */
    Object live(String operation, Operation work) throws Throwable;
  }

  /** What is about to be done. */
  @FunctionalInterface
  public interface Operation {
    Object run() throws Throwable;
  }

  /** A store that asks before each operation, in the order of their beginning. */
  public static CheckpointStore connect(CheckpointStoreConfiguration configuration, Life life) {
    ObjectStore server = new S3ObjectStore(configuration, Retry.DEFAULT);
    AtomicBoolean leased = new AtomicBoolean();
    ObjectStore mortal =
        (ObjectStore)
            Proxy.newProxyInstance(
                ObjectStore.class.getClassLoader(),
                new Class<?>[] {ObjectStore.class},
                (proxy, method, arguments) -> {
                  Operation work =
                      () -> {
                        try {
                          return method.invoke(server, arguments);
                        } catch (InvocationTargetException e) {
                          throw e.getCause();
                        }
                      };
                  return NO_OPERATION.contains(method.getName())
                      ? work.run()
                      : life.live(name(method.getName(), key(arguments), leased), work);
                });
    return new CheckpointStore(mortal, configuration.prefix(), "mortal", Clock.systemUTC());
  }

  private static String name(String method, Object key, AtomicBoolean leased) {
    String name = method + " " + key;
    if (!name.endsWith("/trainer.json")) {
      return name;
    }
    boolean renewal = leased.get();
    leased.set(renewal || method.equals("put"));
    return renewal ? LEASE_RENEWAL : name;
  }

  private static Object key(Object[] arguments) {
    return arguments == null ? "" : arguments[0];
  }

  /** Every key of a run, and every upload in parts that has not come to an end. */
  public static List<String> keys(CheckpointStoreConfiguration configuration, String prefix) {
    try (ObjectStore server = new S3ObjectStore(configuration, Retry.DEFAULT)) {
      List<String> keys = new ArrayList<>(server.list(prefix));
      server.unfinishedUploads(prefix).forEach(upload -> keys.add("unfinished " + upload.key()));
      return keys;
    }
  }
}

package deepspeech.kubernetes;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.Set;

/**
 * Reads Kubernetes' own kinds with the models of Kubernetes' Java client. They know the names of
 * all fields and which of them are required, but not the types of their values.
 */
final class ClientJavaReader implements StrictReader {
  private static final Set<String> GROUPS =
      Set.of("v1", "apps/v1", "batch/v1", "policy/v1", "networking.k8s.io/v1");

  @Override
  public boolean covers(RenderedResource resource) {
    return GROUPS.contains(resource.apiVersion());
  }

  @Override
  public Optional<String> problem(RenderedResource resource) {
    try {
      Class.forName("io.kubernetes.client.openapi.models.V1" + resource.kind())
          .getMethod("validateJsonElement", JsonElement.class)
          .invoke(null, JsonParser.parseString(resource.json().toString()));
      return Optional.empty();
    } catch (InvocationTargetException e) {
      return Optional.of(String.valueOf(e.getCause().getMessage()));
    } catch (ReflectiveOperationException e) {
      return Optional.of(e.toString());
    }
  }
}

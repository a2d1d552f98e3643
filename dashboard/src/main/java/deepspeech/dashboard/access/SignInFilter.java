package deepspeech.dashboard.access;

import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.util.Map;

/**
 * Rejects API requests that are not signed in. The session resource, which signs in, stays open.
 */
@Provider
public class SignInFilter implements ContainerRequestFilter {
  private static final String API = "/api/";
  private static final String SESSION = "/api/session";
  private static final int TOO_MANY_REQUESTS = 429;

  private final Access access;
  private final SecurityIdentity identity;
  private final RoutingContext routing;

  SignInFilter(Access access, SecurityIdentity identity, RoutingContext routing) {
    this.access = access;
    this.identity = identity;
    this.routing = routing;
  }

  @Override
  public void filter(ContainerRequestContext context) {
    String path = context.getUriInfo().getPath();
    if (!path.startsWith(API) || path.equals(SESSION)) {
      return;
    }
    Access.Outcome outcome = access.check(routing.request(), identity);
    if (outcome != Access.Outcome.SIGNED_IN) {
      context.abortWith(refusal(outcome));
    }
  }

  /** The response to a request that is not signed in. */
  static Response refusal(Access.Outcome outcome) {
    return outcome == Access.Outcome.WAIT
        ? answer(TOO_MANY_REQUESTS, "too many wrong tokens; wait a minute")
            .header(HttpHeaders.RETRY_AFTER, FailedAttempts.WINDOW.toSeconds())
            .build()
        : answer(Response.Status.UNAUTHORIZED.getStatusCode(), "not signed in").build();
  }

  private static Response.ResponseBuilder answer(int status, String reason) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON)
        .entity(Map.of("reason", reason));
  }
}

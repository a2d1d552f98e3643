package deepspeech.dashboard.access;

import deepspeech.messages.InvalidMessageException;
import deepspeech.messages.Json;
import io.quarkus.oidc.OidcSession;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.net.URI;

/** HTTP resource for signing in and out. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
public class SessionResource {
  private final Access access;
  private final SecurityIdentity identity;
  private final OidcSession oidcSession;

  /**
   * The sign-in state of the caller.
   *
   * @param authentication sign-in method: {@code none}, {@code token} or {@code oidc}
   */
  public record Session(String authentication, boolean authenticated) {}

  /** Body of a sign-in request. */
  public record Credentials(String token) {
    public Credentials {
      InvalidMessageException.require(token != null, "token", null, "the token of this service");
    }

    @Override
    public String toString() {
      return "Credentials";
    }
  }

  SessionResource(Access access, SecurityIdentity identity, OidcSession oidcSession) {
    this.access = access;
    this.identity = identity;
    this.oidcSession = oidcSession;
  }

  @GET
  @Path("api/session")
  public Session session(@Context HttpServerRequest request) {
    return session(access.check(request, identity));
  }

  @POST
  @Path("api/session")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response signIn(byte[] body, @Context HttpServerRequest request) {
    if (!(access.signIn() instanceof SignIn.Token)) {
      return Response.ok(session(access.check(request, identity))).build();
    }
    Credentials credentials = Json.readStrictly(body, Credentials.class);
    Access.Outcome outcome = access.tryToken(request, credentials.token());
    return outcome == Access.Outcome.SIGNED_IN
        ? Response.ok(session(outcome))
            .cookie(
                cookie(request, access.beginSession(), Math.toIntExact(Sessions.LIFE.toSeconds())))
            .build()
        : SignInFilter.refusal(outcome);
  }

  @DELETE
  @Path("api/session")
  public Uni<Response> signOut(@Context HttpServerRequest request) {
    Response signedOut = Response.noContent().cookie(cookie(request, "", 0)).build();
    return access.signIn() instanceof SignIn.Oidc && !identity.isAnonymous()
        ? oidcSession.logout().replaceWith(signedOut)
        : Uni.createFrom().item(signedOut);
  }

  /** Redirects to the OpenID Connect provider or, if there is a session, back to the page. */
  @GET
  @Path("sign-in")
  @Authenticated
  public Response toThePage() {
    return Response.seeOther(URI.create("/")).build();
  }

  private Session session(Access.Outcome outcome) {
    return new Session(access.signIn().name(), outcome == Access.Outcome.SIGNED_IN);
  }

  private static NewCookie cookie(HttpServerRequest request, String value, int seconds) {
    return new NewCookie.Builder(Access.COOKIE)
        .value(value)
        .path("/")
        .maxAge(seconds)
        .httpOnly(true)
        .secure("https".equals(request.scheme()))
        .sameSite(NewCookie.SameSite.STRICT)
        .build();
  }
}

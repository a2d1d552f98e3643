package deepspeech.dashboard.access;

import deepspeech.messages.Json;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks every request before all other handlers. Rejects requests for another host, and
 * state-changing requests from pages of other sites. Sets the response headers that limit what a
 * page may do in the browser.
 */
@ApplicationScoped
public class RequestGuard {
  private static final int BEFORE_ALL = 10_000;
  private static final int FORBIDDEN = 403;
  private static final int UNAUTHORIZED = 401;
  private static final int UNSUPPORTED_MEDIA_TYPE = 415;

  /** The status with which Quarkus answers a script whose OpenID Connect session has ended. */
  private static final int SESSION_ENDED = 499;

  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final String API = "/api/";

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
              + " font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none';"
              + " form-action 'self'; frame-ancestors 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Permissions-Policy",
          "camera=(), geolocation=(), microphone=(), payment=(), usb=()");

  private final KnownHosts hosts;

  RequestGuard(KnownHosts hosts) {
    this.hosts = hosts;
  }

  void register(@Observes Filters filters) {
    filters.register(this::guard, BEFORE_ALL);
  }

  private void guard(RoutingContext context) {
    HttpServerRequest request = context.request();
    String path = context.normalizedPath();
    HEADERS.forEach(context.response()::putHeader);
    context.addHeadersEndHandler(done -> complete(context.response(), path));
    String host = request.authority() == null ? null : request.authority().toString();
    if (!hosts.contains(host, request.localAddress().port())) {
      refuse(
          context,
          FORBIDDEN,
          "this service does not accept that host; DEEPSPEECH_DASHBOARD_HOSTS lists additional hosts");
      return;
    }
    if (!SAFE.contains(request.method())) {
      Optional<String> foreign = foreign(request, host);
      if (foreign.isPresent()) {
        refuse(context, FORBIDDEN, foreign.get());
        return;
      }
      if (request.method().equals(HttpMethod.POST) && !isJson(request)) {
        refuse(context, UNSUPPORTED_MEDIA_TYPE, "Content-Type: allowed: application/json");
        return;
      }
    }
    if (path.startsWith(API)) {
      // Without this header, a request for data would be redirected to a sign-in page.
      request.headers().set("X-Requested-With", "JavaScript");
    }
    context.next();
  }

  private static void complete(HttpServerResponse response, String path) {
    if (response.getStatusCode() == SESSION_ENDED) {
      response.setStatusCode(UNAUTHORIZED);
    }
    if (!response.headers().contains(HttpHeaders.CACHE_CONTROL)) {
      response.putHeader(
          HttpHeaders.CACHE_CONTROL,
          path.startsWith(API)
              ? "no-store"
              // The paths of webjars contain their version.
              : path.startsWith("/webjars/") ? "public, max-age=86400" : "no-cache");
    }
  }

  /**
   * Why a state-changing request is rejected as not coming from the service's own page; empty if
   * the request is allowed.
   */
  private static Optional<String> foreign(HttpServerRequest request, String host) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null && !site.equals("same-origin")) {
      return Optional.of("Sec-Fetch-Site: allowed: same-origin");
    }
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin != null && !KnownHosts.isSame(origin, host)) {
      return Optional.of("Origin: allowed: that of the page itself");
    }
    // A page cannot add this header to a request to another site without a CORS preflight.
    boolean bearer = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
    return site == null && origin == null && !bearer
        ? Optional.of("Origin: missing, allowed: that of the page itself, or Authorization: Bearer")
        : Optional.empty();
  }

  private static boolean isJson(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
  }

  private static void refuse(RoutingContext context, int status, String reason) {
    context
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(Json.writeText(Map.of("reason", reason)));
  }
}

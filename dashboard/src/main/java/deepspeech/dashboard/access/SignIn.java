package deepspeech.dashboard.access;

import java.net.URI;

/** How people sign in. */
public sealed interface SignIn {
  /** Its name in the API. */
  String name();

  /** Nobody has to: for the loopback address alone. */
  record None() implements SignIn {
    @Override
    public String name() {
      return "none";
    }
  }

  /** Whoever has the token. */
  record Token(String token) implements SignIn {
    @Override
    public String name() {
      return "token";
    }

    @Override
    public String toString() {
      return "Token";
    }
  }

  /**
   * Whoever an OpenID Connect provider knows.
   *
   * @param url of the provider, under which {@code .well-known/openid-configuration} is
   */
  record Oidc(URI url, String clientId, String clientSecret) implements SignIn {
    @Override
    public String name() {
      return "oidc";
    }

    @Override
    public String toString() {
      return "Oidc[" + url + ", " + clientId + "]";
    }
  }
}

package deepspeech.dashboard.access;

import java.net.URI;

/** Method by which users sign in. */
public sealed interface SignIn {
  /** Name of the method in the API. */
  String name();

  /** No sign-in. Allowed only on a loopback address. */
  record None() implements SignIn {
    @Override
    public String name() {
      return "none";
    }
  }

  /** Sign-in with the token of the service. */
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
   * Sign-in through an OpenID Connect provider.
   *
   * @param url URL of the provider, under which {@code .well-known/openid-configuration} is found
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

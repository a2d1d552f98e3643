package deepspeech.objectstore;

import deepspeech.objectstore.S3Credentials.KeyFiles;
import deepspeech.objectstore.S3Credentials.KeyPair;
import deepspeech.objectstore.S3Credentials.WebIdentity;
import io.minio.credentials.Credentials;
import io.minio.credentials.Jwt;
import io.minio.credentials.Provider;
import io.minio.credentials.StaticProvider;
import io.minio.credentials.WebIdentityProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProviderException;
import okhttp3.OkHttpClient;

/** Gives the MinIO client the key pair for each request. Thread-safe. */
final class CredentialsProvider implements Provider {
  private static final String SESSION = "deepspeech";
  private static final int READS_OF_A_CHANGING_PAIR = 10;

  private final S3Credentials credentials;
  private final Provider provider;

  /**
   * Creates a provider.
   *
   * @param http sends the requests to a security token service
   */
  CredentialsProvider(S3Credentials credentials, OkHttpClient http) {
    this.credentials = credentials;
    if (credentials instanceof KeyPair pair) {
      this.provider = new StaticProvider(pair.accessKey(), pair.secretKey(), null);
    } else if (credentials instanceof KeyFiles files) {
      this.provider = () -> read(files);
    } else {
      WebIdentity identity = (WebIdentity) credentials;
      this.provider =
          new WebIdentityProvider(
              // 0: the service decides how long the key pair is valid.
              () -> new Jwt(text(identity.tokenFile()), 0),
              identity.stsEndpoint().toString(),
              null,
              null,
              identity.role().orElse(null),
              SESSION,
              http);
    }
  }

  /**
   * The key pair for one request.
   *
   * @throws CredentialsException if a file cannot be read or the security token service refuses
   */
  @Override
  public Credentials fetch() {
    try {
      return provider.fetch();
    } catch (UncheckedIOException e) {
      throw new CredentialsException(
          "%s: cannot be read: %s".formatted(credentials, e.getCause().getMessage()), false, e);
    } catch (ProviderException | IllegalArgumentException e) {
      boolean passing = e.getCause() instanceof IOException;
      String reason = passing ? e.getCause().getMessage() : e.getMessage();
      throw new CredentialsException("%s: %s".formatted(credentials, reason), passing, e);
    }
  }

  /**
   * Reads both files of one generation. A platform replaces them together, so the pair belongs
   * together if the first file is the same before and after the second is read.
   */
  private static Credentials read(KeyFiles files) {
    String accessKey = text(files.accessKeyFile());
    for (int read = 1; ; read++) {
      String secretKey = text(files.secretKeyFile());
      String again = text(files.accessKeyFile());
      if (again.equals(accessKey) || read == READS_OF_A_CHANGING_PAIR) {
        return new Credentials(accessKey, secretKey, null, null);
      }
      accessKey = again;
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

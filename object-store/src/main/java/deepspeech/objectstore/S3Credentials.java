package deepspeech.objectstore;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** What proves to an S3 server who sends a request. The text of an instance contains no secret. */
public sealed interface S3Credentials {
  /**
   * A key pair.
   *
   * @param secretKey never printed
   */
  record KeyPair(String accessKey, String secretKey) implements S3Credentials {
    @Override
    public String toString() {
      return "access key " + accessKey;
    }
  }

  /**
   * A key pair in two files, such as those of a mounted Kubernetes secret. The files are read for
   * each request, so that a new key pair is used from then on.
   */
  record KeyFiles(Path accessKeyFile, Path secretKeyFile) implements S3Credentials {
    @Override
    public String toString() {
      return "access key of " + accessKeyFile;
    }
  }

  /**
   * A token that a security token service (STS) exchanges for a temporary key pair, by
   * AssumeRoleWithWebIdentity. The key pair is renewed before it expires.
   *
   * @param tokenFile file with a JSON Web Token; the platform renews it
   * @param stsEndpoint the service
   * @param role the role to assume, such as {@code arn:aws:iam::123456789012:role/asr}; empty if
   *     the service chooses it by the token
   */
  record WebIdentity(Path tokenFile, URI stsEndpoint, Optional<String> role)
      implements S3Credentials {
    @Override
    public String toString() {
      return "web identity of " + tokenFile;
    }
  }
}

package deepspeech.embedded;

import java.nio.file.Path;

/**
 * The private key and the certificate with which a server proves who it is.
 *
 * @param keyStore file of the type PKCS #12
 * @param password of the file and of the key
 */
public record ServerKey(Path keyStore, String password) {
  @Override
  public String toString() {
    return "ServerKey[" + keyStore + "]";
  }
}

package deepspeech.objectstore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/** The certificates by which a client recognises an S3 server: those of the JVM and of a file. */
final class TrustedCertificates {
  private final Collection<? extends Certificate> certificates;

  private TrustedCertificates(Collection<? extends Certificate> certificates) {
    this.certificates = certificates;
  }

  /**
   * Reads a file of PEM certificates.
   *
   * @throws IOException if the file cannot be read
   * @throws CertificateException if it contains no certificate, or something else
   */
  static TrustedCertificates of(Path file) throws IOException, CertificateException {
    try (InputStream content = Files.newInputStream(file)) {
      Collection<? extends Certificate> read =
          CertificateFactory.getInstance("X.509").generateCertificates(content);
      if (read.isEmpty()) {
        throw new CertificateException("no certificate");
      }
      return new TrustedCertificates(read);
    }
  }

  /** Makes a client trust these certificates too. */
  void addTo(OkHttpClient.Builder client) {
    try {
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      int number = 0;
      for (Certificate certificate : trustManager(null).getAcceptedIssuers()) {
        all.setCertificateEntry("jvm-" + number++, certificate);
      }
      for (Certificate certificate : certificates) {
        all.setCertificateEntry("file-" + number++, certificate);
      }
      X509TrustManager trust = trustManager(all);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      client.sslSocketFactory(context.getSocketFactory(), trust);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JVM cannot use X.509 certificates", e);
    }
  }

  /**
   * The trust manager of a key store.
   *
   * @param store null for the JVM's certificates
   */
  private static X509TrustManager trustManager(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }
}

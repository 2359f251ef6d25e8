package io.stabbur.operations.metric;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// When the certificate that an address shows ends. It is only read: whether it is trusted is not
/// judged, and nothing is sent.
final class Certificates {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int HTTPS = 443;

  /// Takes every certificate, since one that has ended must be read as well.
  private static final TrustManager READER =
      new X509TrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate @Nullable [] chain, @Nullable String type) {}

        @Override
        public void checkServerTrusted(X509Certificate @Nullable [] chain, @Nullable String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
          return new X509Certificate[0];
        }
      };

  private Certificates() {}

  /// Seconds since 1970; nothing where the address has no TLS or does not answer.
  static OptionalDouble end(URI address) {
    if (!"https".equals(address.getScheme()) || address.getHost() == null) {
      return OptionalDouble.empty();
    }
    var host = address.getHost().replaceAll("[\\[\\]]", "");
    int port = address.getPort() < 0 ? HTTPS : address.getPort();
    try (var plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, port), (int) PATIENCE.toMillis());
      plain.setSoTimeout((int) PATIENCE.toMillis());
      return end(plain, host, port);
    } catch (IOException | GeneralSecurityException _) {
      return OptionalDouble.empty();
    }
  }

  private static OptionalDouble end(Socket plain, String host, int port)
      throws IOException, GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {READER}, null);
    try (var socket =
        (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true)) {
      if (!host.matches("[0-9.]+|.*:.*")) {
        var parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(host)));
        socket.setSSLParameters(parameters);
      }
      socket.startHandshake();
      for (var certificate : socket.getSession().getPeerCertificates()) {
        if (certificate instanceof X509Certificate x509) {
          return OptionalDouble.of((double) x509.getNotAfter().toInstant().getEpochSecond());
        }
      }
      return OptionalDouble.empty();
    }
  }
}

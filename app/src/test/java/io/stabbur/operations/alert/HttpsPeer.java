package io.stabbur.operations.alert;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// What stands at a public address: a server with a certificate of its own making.
final class HttpsPeer implements AutoCloseable {
  private static final String PASSWORD = "changeit";

  private final int port = TestServer.freePort();
  private HttpsServer server;

  /// @param days for which the certificate is good
  HttpsPeer(int days) {
    server = serve(days);
  }

  URI url() {
    return URI.create("https://127.0.0.1:" + port);
  }

  /// Shows another certificate from now on.
  void renew(int days) {
    server.stop(0);
    server = serve(days);
  }

  private HttpsServer serve(int days) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(keys(days).getKeyManagers(), null, null);
      var made =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      made.setHttpsConfigurator(new HttpsConfigurator(context));
      made.start();
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyManagerFactory keys(int days) throws IOException, GeneralSecurityException {
    var file = TestServer.newFolder().resolve("keys.p12");
    var tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    var process =
        new ProcessBuilder(
                tool.toString(),
                "-genkeypair",
                "-alias",
                "peer",
                "-keyalg",
                "EC",
                "-dname",
                "CN=127.0.0.1",
                "-validity",
                Integer.toString(days),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!Files.exists(file)) {
      throw new AssertionError(said);
    }
    var store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, PASSWORD.toCharArray());
    return factory;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

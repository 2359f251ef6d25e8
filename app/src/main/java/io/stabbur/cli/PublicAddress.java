package io.stabbur.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Asks a public address from inside, as a client would: through its proxy, by its name.
///
/// @param text what was found
/// @param problems what is wrong; empty where all is well
record PublicAddress(String text, List<String> problems) {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration RENEW = Duration.ofDays(14);

  static PublicAddress check(URI address) {
    var problems = new ArrayList<String>();
    var text = address + " answers";
    try (var client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      var request =
          HttpRequest.newBuilder(URI.create(address + "/health/liveness"))
              .timeout(PATIENCE)
              .build();
      var answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200 || !answer.body().contains("\"UP\"")) {
        problems.add(
            "%s is answered by something else (status %d); check the proxy and public-url"
                .formatted(address, answer.statusCode()));
      }
      var session = answer.sslSession();
      if (session.isPresent()) {
        text += certificate((X509Certificate) session.get().getPeerCertificates()[0], problems);
      } else if (!isLocal(address)) {
        problems.add(address + " speaks plain HTTP: tokens and passwords can be read on the way");
      }
    } catch (SSLPeerUnverifiedException e) {
      problems.add("the certificate of " + address + " cannot be read");
    } catch (SSLException e) {
      problems.add("the certificate of %s is not valid: %s".formatted(address, e.getMessage()));
    } catch (IOException e) {
      problems.add(
          "%s cannot be reached from here; check DNS, the proxy and public-url".formatted(address));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new PublicAddress(text, problems);
  }

  private static String certificate(X509Certificate certificate, List<String> problems) {
    var end = certificate.getNotAfter().toInstant();
    if (end.isBefore(Instant.now().plus(RENEW))) {
      problems.add("the certificate ends on " + end + "; renew it");
    }
    return ", its certificate is good until " + end;
  }

  private static boolean isLocal(URI address) {
    var host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }
}

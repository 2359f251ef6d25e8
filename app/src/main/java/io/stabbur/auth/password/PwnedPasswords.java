package io.stabbur.auth.password;

import io.stabbur.platform.client.OutboundCalls;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;

/// Asks a range service whether a password is among breached ones; only the first five digits of
/// its hash leave the house. A service that does not answer refuses nobody.
@Singleton
final class PwnedPasswords {
  private static final int LARGEST_ANSWER = 1024 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private final PasswordSettings settings;
  private final OutboundCalls calls = new OutboundCalls(Duration.ofSeconds(2));

  PwnedPasswords(PasswordSettings settings) {
    this.settings = settings;
  }

  boolean knows(String password) {
    var service = settings.pwnedUrl();
    return service != null && knows(service, password);
  }

  private boolean knows(URI service, String password) {
    var hash = sha1(password);
    var request =
        HttpRequest.newBuilder(URI.create(service + "/range/" + hash.substring(0, 5)))
            .header("Add-Padding", "true")
            .build();
    try {
      var answer = calls.send(request, LARGEST_ANSWER, PATIENCE);
      return answer.status() == 200
          && answer.body().lines().anyMatch(line -> hit(line, hash.substring(5)));
    } catch (IOException _) {
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean hit(String line, String rest) {
    return line.startsWith(rest + ":") && !line.strip().endsWith(":0");
  }

  private static String sha1(String password) {
    try {
      var hash =
          MessageDigest.getInstance("SHA-1").digest(password.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().withUpperCase().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

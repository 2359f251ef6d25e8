package io.stabbur.auth.guard;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.platform.client.OutboundCalls;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Asks hCaptcha or Turnstile whether the client's answer was good. Administrators are not asked.
@Singleton
public final class Captcha {
  private static final int LARGEST_ANSWER = 64 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private final CaptchaSettings settings;
  private final AuthSettings auth;
  private final OutboundCalls calls = new OutboundCalls(Duration.ofSeconds(5));

  Captcha(CaptchaSettings settings, AuthSettings auth) {
    this.settings = settings;
    this.auth = auth;
  }

  public void check(AuthRequest authRequest, JsonBody body) {
    if (settings.provider() == null || auth.adminRoles().contains(authRequest.caller().role())) {
      return;
    }
    var answer = body.inner("gotrue_meta_security").text("captcha_token").strip();
    if (answer.isEmpty()) {
      throw failed("no captcha_token found");
    }
    if (!good(authRequest, answer)) {
      throw failed("captcha response is not valid");
    }
  }

  private boolean good(AuthRequest authRequest, String answer) {
    var form =
        "secret="
            + encode(settings.secret())
            + "&response="
            + encode(answer)
            + "&remoteip="
            + encode(authRequest.ip());
    var request =
        HttpRequest.newBuilder(url())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    try {
      var reply = calls.send(request, LARGEST_ANSWER, PATIENCE);
      return reply.status() == 200 && new JsonBody(Json.parse(reply.body())).flag("success", false);
    } catch (IOException | ApiException _) {
      throw AuthError.unexpected("captcha verification process failed");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw AuthError.unexpected("captcha verification process failed");
    }
  }

  private URI url() {
    if (settings.url() != null) {
      return settings.url();
    }
    return URI.create(
        "turnstile".equals(settings.provider())
            ? "https://challenges.cloudflare.com/turnstile/v0/siteverify"
            : "https://hcaptcha.com/siteverify");
  }

  private static ApiException failed(String why) {
    return AuthError.badRequest(
        AuthCode.CAPTCHA_FAILED, "captcha protection: request disallowed (" + why + ")");
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

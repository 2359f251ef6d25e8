package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// What a person does in one request that must survive being cut off: the request itself, and what
/// must hold afterwards, whatever became of it. Nobody is locked out, and no code works twice.
sealed interface Journey {
  /// The request that is cut off; its answer may never come.
  void send(AuthClient client);

  /// Goes on as the person would, and looks.
  void check(AuthClient client);

  /// Every kind of journey, for a person of its own.
  static List<Function<AuthClient, Journey>> all(Mailbox mailbox) {
    return List.of(
        Refresh::of,
        Verify::byCode,
        Verify::byLink,
        client -> Exchange.of(client, mailbox),
        ChangeHalf::of,
        ChangeWhole::of);
  }

  /// Those with the most to lose.
  static List<Function<AuthClient, Journey>> some() {
    return List.of(Refresh::of, ChangeWhole::of);
  }

  /// A session is refreshed.
  record Refresh(String token) implements Journey {
    static Refresh of(AuthClient client) {
      return new Refresh(client.signIn(person(client)).text("refresh_token"));
    }

    @Override
    public void send(AuthClient client) {
      client.refresh(token);
    }

    @Override
    public void check(AuthClient client) {
      var again = patiently(() -> client.refresh(token));
      assertThat(again.status()).isEqualTo(200);
      assertThat(client.as(again.text("access_token")).get("/user").status()).isEqualTo(200);
      assertThat(client.refresh(again.text("refresh_token")).status()).isEqualTo(200);
    }
  }

  /// A new account's address is confirmed, by the code or by the link.
  record Verify(String email, String code, String link, boolean typed) implements Journey {
    static Verify byCode(AuthClient client) {
      return of(client, true);
    }

    static Verify byLink(AuthClient client) {
      return of(client, false);
    }

    private static Verify of(AuthClient client, boolean typed) {
      var email = AuthClient.newEmail();
      var body =
          "{\"type\":\"signup\",\"email\":\"%s\",\"password\":\"%s\"}"
              .formatted(email, AuthClient.PASSWORD);
      var made = patiently(() -> client.admin().post("/admin/generate_link", body));
      return new Verify(email, made.text("email_otp"), made.text("hashed_token"), typed);
    }

    @Override
    public void send(AuthClient client) {
      attempt(client);
    }

    private boolean attempt(AuthClient client) {
      if (typed) {
        return show(client, "signup", email, code).status() == 200;
      }
      var answer = client.get("/verify?type=signup&token=" + link);
      if (answer.status() != 303) {
        throw new Unanswered();
      }
      return answer.header("Location").contains("access_token");
    }

    @Override
    public void check(AuthClient client) {
      boolean second = patiently(() -> attempt(client));
      boolean third = patiently(() -> attempt(client));
      assertThat(third).as("worked after it had worked").isFalse();
      assertThat(client.signIn(email).status()).as("second try worked: " + second).isEqualTo(200);
    }
  }

  /// The code of a link is exchanged for a session.
  record Exchange(String email, String code) implements Journey {
    private static final String VERIFIER = "v".repeat(50);

    static Exchange of(AuthClient client, Mailbox mailbox) {
      var email = person(client);
      var challenge = Crypto.base64Url(Crypto.sha256(VERIFIER.getBytes(StandardCharsets.US_ASCII)));
      client.post(
          "/otp",
          "{\"email\":\"%s\",\"code_challenge\":\"%s\",\"code_challenge_method\":\"s256\"}"
              .formatted(email, challenge));
      var location = client.get(mailbox.last(email).link()).header("Location");
      return new Exchange(email, location.substring(location.indexOf("code=") + 5));
    }

    @Override
    public void send(AuthClient client) {
      exchange(client);
    }

    private AuthClient.Answer exchange(AuthClient client) {
      return client.post(
          "/token?grant_type=pkce",
          "{\"auth_code\":\"%s\",\"code_verifier\":\"%s\"}".formatted(code, VERIFIER));
    }

    @Override
    public void check(AuthClient client) {
      var second = patiently(() -> exchange(client));
      var third = patiently(() -> exchange(client));
      assertThat(second.status()).isIn(200, 404);
      assertThat(third.text("code")).isEqualTo("flow_state_not_found");
      assertThat(client.signIn(email).status()).isEqualTo(200);
    }
  }

  /// The first of two addresses agrees to a change.
  record ChangeHalf(String old, String fresh, String oldCode, String newCode) implements Journey {
    static ChangeHalf of(AuthClient client) {
      var old = person(client);
      var fresh = AuthClient.newEmail();
      return new ChangeHalf(
          old, fresh, change(client, "current", old, fresh), change(client, "new", old, fresh));
    }

    @Override
    public void send(AuthClient client) {
      show(client, "email_change", old, oldCode);
    }

    @Override
    public void check(AuthClient client) {
      var again = patiently(() -> show(client, "email_change", old, oldCode));
      assertThat(again.text("code")).isIn("200", "otp_expired");
      assertThat(show(client, "email_change", old, oldCode).text("code")).isEqualTo("otp_expired");
      assertThat(client.signIn(old).status()).isEqualTo(200);
      assertThat(show(client, "email_change", fresh, newCode).status()).isEqualTo(200);
      assertThat(show(client, "email_change", fresh, newCode).status()).isEqualTo(403);
      assertThat(client.signIn(fresh).status()).isEqualTo(200);
      assertThat(client.signIn(old).status()).isEqualTo(400);
    }
  }

  /// The second one agrees.
  record ChangeWhole(String old, String fresh, String oldCode, String newCode) implements Journey {
    static ChangeWhole of(AuthClient client) {
      var old = person(client);
      var fresh = AuthClient.newEmail();
      var oldCode = change(client, "current", old, fresh);
      var newCode = change(client, "new", old, fresh);
      assertThat(show(client, "email_change", old, oldCode).text("code")).isEqualTo("200");
      return new ChangeWhole(old, fresh, oldCode, newCode);
    }

    @Override
    public void send(AuthClient client) {
      show(client, "email_change", fresh, newCode);
    }

    @Override
    public void check(AuthClient client) {
      var again = patiently(() -> show(client, "email_change", fresh, newCode));
      assertThat(again.status()).isIn(200, 403);
      assertThat(show(client, "email_change", fresh, newCode).status()).isEqualTo(403);
      assertThat(show(client, "email_change", old, oldCode).status()).isEqualTo(403);
      assertThat(client.signIn(fresh).status()).isEqualTo(200);
      assertThat(client.signIn(old).status()).isEqualTo(400);
    }
  }

  /// Somebody with a confirmed address and the usual password.
  private static String person(AuthClient client) {
    var email = AuthClient.newEmail();
    var body =
        "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true}"
            .formatted(email, AuthClient.PASSWORD);
    var made = patiently(() -> client.admin().post("/admin/users", body));
    assertThat(made.status()).as(Json.write(made.json())).isEqualTo(200);
    return email;
  }

  private static String change(AuthClient client, String which, String old, String fresh) {
    return client
        .admin()
        .post(
            "/admin/generate_link",
            "{\"type\":\"email_change_%s\",\"email\":\"%s\",\"new_email\":\"%s\"}"
                .formatted(which, old, fresh))
        .text("email_otp");
  }

  private static AuthClient.Answer show(AuthClient client, String type, String email, String code) {
    return client.post(
        "/verify",
        "{\"type\":\"%s\",\"email\":\"%s\",\"token\":\"%s\"}".formatted(type, email, code));
  }

  /// The server is not back yet.
  final class Unanswered extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /// Asks again while connections that were cut off are found out.
  private static <T> T patiently(Supplier<T> request) {
    for (int tried = 0; ; tried++) {
      try {
        var answer = request.get();
        if (!(answer instanceof AuthClient.Answer a) || a.status() != 503 || tried == 100) {
          return answer;
        }
      } catch (UncheckedIOException | Unanswered e) {
        if (tried == 100) {
          throw e;
        }
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}

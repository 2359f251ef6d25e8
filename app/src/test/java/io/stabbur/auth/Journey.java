package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/// What a person does in one request that must survive being cut off: the request itself, and what
/// must hold afterwards, whatever became of it. Nobody is locked out, and no code works twice.
sealed interface Journey {
  AtomicInteger PHONES = new AtomicInteger(1_000_000);

  /// The request that is cut off; its answer may never come.
  void send(AuthClient client);

  /// Goes on as the person would, and looks.
  void check(AuthClient client, Fate fate);

  /// What is known of the request that was cut off.
  enum Fate {
    /// The server had begun to answer: it was committed.
    COMMITTED,
    /// It may have been too early for that.
    UNKNOWN
  }

  /// Every kind of journey, for a person of its own.
  static List<Function<AuthClient, Journey>> all(Mailbox mailbox) {
    return List.of(
        Refresh::of,
        client -> Verify.of(client, "signup", Verify.How.CODE),
        client -> Verify.of(client, "signup", Verify.How.LINK),
        client -> Verify.of(client, "magiclink", Verify.How.CODE),
        client -> Verify.of(client, "magiclink", Verify.How.LINK),
        client -> Verify.of(client, "recovery", Verify.How.CODE),
        client -> Verify.of(client, "recovery", Verify.How.LINK),
        client -> Verify.of(client, "invite", Verify.How.HASH),
        client -> FollowPkce.of(client, mailbox),
        client -> Exchange.of(client, mailbox),
        client -> ChangeAsked.of(client, mailbox),
        ChangeHalf::ofOld,
        ChangeHalf::ofNew,
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
    public void check(AuthClient client, Fate fate) {
      var again = patiently(() -> client.refresh(token));
      assertThat(again.status()).isEqualTo(200);
      assertThat(client.as(again.text("access_token")).get("/user").status()).isEqualTo(200);
      assertThat(client.refresh(again.text("refresh_token")).status()).isEqualTo(200);
    }
  }

  /// A code or a link of a mail is used.
  record Verify(String type, How how, String email, String code, String hash) implements Journey {
    /// The three forms of one token.
    enum How {
      CODE,
      LINK,
      /// The link's token, shown by a client.
      HASH
    }

    static Verify of(AuthClient client, String type, How how) {
      boolean isNew = type.equals("signup") || type.equals("invite");
      return of(client, isNew ? AuthClient.newEmail() : person(client), type, how);
    }

    private static Verify of(AuthClient client, String email, String type, How how) {
      var body =
          "{\"type\":\"%s\",\"email\":\"%s\",\"password\":\"%s\"}"
              .formatted(type, email, AuthClient.PASSWORD);
      var made = patiently(() -> client.admin().post("/admin/generate_link", body));
      assertThat(made.status()).as(Json.write(made.json())).isEqualTo(200);
      return new Verify(type, how, email, made.text("email_otp"), made.text("hashed_token"));
    }

    @Override
    public void send(AuthClient client) {
      attempt(client);
    }

    private boolean attempt(AuthClient client) {
      return switch (how) {
        case CODE -> show(client, type, email, code).status() == 200;
        case LINK -> follow(client, hash, type).contains("access_token");
        case HASH ->
            client
                    .post(
                        "/verify", "{\"type\":\"%s\",\"token_hash\":\"%s\"}".formatted(type, hash))
                    .status()
                == 200;
      };
    }

    @Override
    public void check(AuthClient client, Fate fate) {
      boolean second = patiently(() -> attempt(client));
      boolean third = patiently(() -> attempt(client));
      assertThat(second && fate == Fate.COMMITTED).as("worked after it was committed").isFalse();
      assertThat(third).as("worked after it had worked").isFalse();
      // the address is proved now, so another link lets them in
      assertThat(Verify.of(client, email, "magiclink", how).attempt(client)).isTrue();
    }
  }

  /// A link is followed whose code the client that asked for it exchanges.
  record FollowPkce(String email, String hash, Mailbox mailbox) implements Journey {
    static FollowPkce of(AuthClient client, Mailbox mailbox) {
      var email = person(client);
      return new FollowPkce(email, Exchange.asked(client, email, mailbox), mailbox);
    }

    @Override
    public void send(AuthClient client) {
      follow(client, hash, "magiclink");
    }

    @Override
    public void check(AuthClient client, Fate fate) {
      var second = patiently(() -> follow(client, hash, "magiclink"));
      var third = patiently(() -> follow(client, hash, "magiclink"));
      assertThat(second.contains("?code=") && fate == Fate.COMMITTED).isFalse();
      assertThat(third).contains("otp_expired");
      var again = Exchange.asked(client, email, mailbox);
      assertThat(follow(client, again, "magiclink")).contains("?code=");
    }
  }

  /// The code of a link is exchanged for a session.
  record Exchange(String email, String code) implements Journey {
    private static final String VERIFIER = "v".repeat(50);

    static Exchange of(AuthClient client, Mailbox mailbox) {
      var email = person(client);
      var location = follow(client, asked(client, email, mailbox), "magiclink");
      return new Exchange(email, location.substring(location.indexOf("code=") + 5));
    }

    /// The token of the link that a client of PKCE asked for.
    static String asked(AuthClient client, String email, Mailbox mailbox) {
      var challenge = Crypto.base64Url(Crypto.sha256(VERIFIER.getBytes(StandardCharsets.US_ASCII)));
      var asked =
          patiently(
              () ->
                  client.post(
                      "/otp",
                      "{\"email\":\"%s\",\"code_challenge\":\"%s\",\"code_challenge_method\":\"s256\"}"
                          .formatted(email, challenge)));
      assertThat(asked.status()).isEqualTo(200);
      return mailbox.last(email).link().replaceAll(".*[?&]token=([^&]*).*", "$1");
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
    public void check(AuthClient client, Fate fate) {
      var second = patiently(() -> exchange(client));
      var third = patiently(() -> exchange(client));
      assertThat(second.status()).isEqualTo(fate == Fate.COMMITTED ? 404 : second.status());
      assertThat(second.status()).isIn(200, 404);
      assertThat(third.text("code")).isEqualTo("flow_state_not_found");
      // the link was the first proof of the mailbox, so the password that was given out is gone
      assertThat(client.signIn(email).status()).isEqualTo(400);
      assertThat(Verify.of(client, email, "magiclink", Verify.How.CODE).attempt(client)).isTrue();
    }
  }

  /// Somebody asks for another address.
  record ChangeAsked(String old, String fresh, String token, Mailbox mailbox) implements Journey {
    static ChangeAsked of(AuthClient client, Mailbox mailbox) {
      var old = person(client);
      var token = patiently(() -> client.signIn(old)).text("access_token");
      return new ChangeAsked(old, AuthClient.newEmail(), token, mailbox);
    }

    @Override
    public void send(AuthClient client) {
      ask(client);
    }

    private AuthClient.Answer ask(AuthClient client) {
      return client.as(token).put("/user", "{\"email\":\"%s\"}".formatted(fresh));
    }

    @Override
    public void check(AuthClient client, Fate fate) {
      assertThat(patiently(() -> client.signIn(old)).status()).isEqualTo(200);
      assertThat(ask(client).status()).isEqualTo(200);
      var oldCode = mailbox.last(old).code();
      var newCode = mailbox.last(fresh).code();
      assertThat(show(client, "email_change", old, oldCode).text("code")).isEqualTo("200");
      var changed = show(client, "email_change", fresh, newCode);
      assertThat(changed.at("user.email").getStringValue()).isEqualTo(fresh);
      assertThat(client.signIn(old).status()).isEqualTo(400);
    }
  }

  /// The first of two addresses agrees to a change, and then the other one.
  record ChangeHalf(
      String old, String fresh, String first, String firstCode, String other, String otherCode)
      implements Journey {
    static ChangeHalf ofOld(AuthClient client) {
      var old = person(client);
      var fresh = AuthClient.newEmail();
      var oldCode = change(client, "current", old, fresh);
      return new ChangeHalf(old, fresh, old, oldCode, fresh, change(client, "new", old, fresh));
    }

    static ChangeHalf ofNew(AuthClient client) {
      var old = person(client);
      var fresh = AuthClient.newEmail();
      var oldCode = change(client, "current", old, fresh);
      return new ChangeHalf(old, fresh, fresh, change(client, "new", old, fresh), old, oldCode);
    }

    @Override
    public void send(AuthClient client) {
      show(client, "email_change", first, firstCode);
    }

    @Override
    public void check(AuthClient client, Fate fate) {
      var again = patiently(() -> show(client, "email_change", first, firstCode));
      assertThat(again.text("code"))
          .isIn(fate == Fate.COMMITTED ? "otp_expired" : "200", "otp_expired");
      assertThat(show(client, "email_change", first, firstCode).text("code"))
          .isEqualTo("otp_expired");
      assertThat(client.signIn(old).status()).isEqualTo(200);
      assertThat(show(client, "email_change", other, otherCode).status()).isEqualTo(200);
      assertThat(show(client, "email_change", other, otherCode).status()).isEqualTo(403);
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
    public void check(AuthClient client, Fate fate) {
      var again = patiently(() -> show(client, "email_change", fresh, newCode));
      assertThat(again.status()).isIn(fate == Fate.COMMITTED ? 403 : 200, 403);
      assertThat(show(client, "email_change", fresh, newCode).status()).isEqualTo(403);
      assertThat(show(client, "email_change", old, oldCode).status()).isEqualTo(403);
      assertThat(client.signIn(fresh).status()).isEqualTo(200);
      assertThat(client.signIn(old).status()).isEqualTo(400);
    }
  }

  /// A code of a text message is used.
  record VerifyText(String phone, String code, Messenger messenger) implements Journey {
    static VerifyText of(AuthClient client, Messenger messenger) {
      var phone = "479%07d".formatted(PHONES.getAndIncrement());
      return new VerifyText(phone, asked(client, phone, messenger), messenger);
    }

    private static String asked(AuthClient client, String phone, Messenger messenger) {
      var asked = patiently(() -> client.post("/otp", "{\"phone\":\"%s\"}".formatted(phone)));
      assertThat(asked.status()).as(Json.write(asked.json())).isEqualTo(200);
      return messenger.lastCode(phone);
    }

    private static AuthClient.Answer show(AuthClient client, String phone, String code) {
      return client.post(
          "/verify", "{\"type\":\"sms\",\"phone\":\"%s\",\"token\":\"%s\"}".formatted(phone, code));
    }

    @Override
    public void send(AuthClient client) {
      show(client, phone, code);
    }

    @Override
    public void check(AuthClient client, Fate fate) {
      var second = patiently(() -> show(client, phone, code));
      assertThat(second.status()).isIn(fate == Fate.COMMITTED ? 403 : 200, 403);
      assertThat(show(client, phone, code).status()).isEqualTo(403);
      assertThat(show(client, phone, asked(client, phone, messenger)).status()).isEqualTo(200);
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

  /// Where a link leads.
  private static String follow(AuthClient client, String hash, String type) {
    var answer = client.get("/verify?type=" + type + "&token=" + hash);
    if (answer.status() != 303) {
      throw new Unanswered();
    }
    return answer.header("Location");
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

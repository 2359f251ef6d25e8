package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stabbur.auth.AuthClient.Answer;
import io.stabbur.auth.factor.Authenticator;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The rules an operator may set for accounts, all of them at once: how long sessions live, what a
/// password must be, a test that a person sits there, and how much is mailed. The services around
/// it (breached passwords, captcha, text messages) are one server of the test's own.
class AccountRulesTest {
  private static final String PASSWORD = "korrekt hest 7";
  private static final String BREACHED = "et lekket passord 1";
  private static final int MAILS_IN_AN_HOUR = 6;

  /// A third of the hour is left to others.
  private static final int MAILS_OF_ONE_CALLER = 4;

  private static final Mailbox MAILBOX = new Mailbox();
  private static final Map<String, Map<String, String>> TEXTS = new ConcurrentHashMap<>();
  private static volatile boolean rangeAnswers = true;
  private static HttpServer services;
  private static TestServer server;
  private static AuthClient client;

  @BeforeAll
  static void start() throws IOException {
    services = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    services.createContext("/range/", AccountRulesTest::range);
    services.createContext("/recovery.html", AccountRulesTest::template);
    services.createContext("/captcha", AccountRulesTest::captcha);
    services.createContext("/2010-04-01/Accounts/AC1/Messages.json", AccountRulesTest::text);
    services.start();
    var url = "http://127.0.0.1:" + services.getAddress().getPort();
    var settings = new HashMap<>(MAILBOX.settings());
    settings.put("stabbur.auth.mail.per-hour", MAILS_IN_AN_HOUR);
    var file = Files.createTempFile("recovery", ".html");
    Files.writeString(file, "<p>{{ .Token }} {{ if .Data.navn }}til {{ .Data.navn }}{{ end }}</p>");
    settings.put("stabbur.auth.templates.recovery.subject", "New password for {{ .Email }}");
    settings.put("stabbur.auth.templates.recovery.url", url + "/recovery.html");
    settings.put("stabbur.auth.templates.recovery-nb.subject", "Nytt passord");
    settings.put("stabbur.auth.templates.recovery-nb.file", file.toString());
    settings.put("stabbur.auth.token.session-timebox", "10h");
    settings.put("stabbur.auth.token.session-inactivity", "2h");
    settings.put("stabbur.auth.token.session-low-aal", "15m");
    settings.put("stabbur.auth.token.single-session", true);
    settings.put("stabbur.auth.password.cost", 4);
    settings.put("stabbur.auth.password.pwned-url", url);
    settings.put(
        "stabbur.auth.password.required-characters", "abcdefghijklmnopqrstuvwxyz,0123456789");
    settings.put("stabbur.auth.password.reauthentication", true);
    settings.put("stabbur.auth.password.current-required", true);
    settings.put("stabbur.auth.captcha.provider", "hcaptcha");
    settings.put("stabbur.auth.captcha.secret", "of the site");
    settings.put("stabbur.auth.captcha.url", url + "/captcha");
    settings.put("stabbur.auth.phone", true);
    settings.put("stabbur.auth.sms.provider", "twilio");
    settings.put("stabbur.auth.sms.url", url);
    settings.put("stabbur.auth.sms.account", "AC1");
    settings.put("stabbur.auth.sms.token", "of the account");
    settings.put("stabbur.auth.sms.sender", "+4721000000");
    settings.put("stabbur.auth.sms.interval", "0s");
    server = TestServer.start(settings);
    client = new AuthClient(server);
  }

  @AfterAll
  static void stop() {
    server.close();
    services.stop(0);
    MAILBOX.close();
  }

  // --- sessions

  @Test
  void aSessionEndsWithItsTimeHoweverOftenItIsRefreshed() {
    var fresh = client.refresh(person().text("refresh_token"));
    assertThat(fresh.status()).isEqualTo(200);

    age(fresh, "created_at = created_at - interval '10 hours 1 second'");

    expired(client.refresh(fresh.text("refresh_token")), "Session Expired");
  }

  @Test
  void aSessionThatIsNotRefreshedEnds() {
    var used = person();
    age(
        used,
        "created_at = created_at - interval '9 hours', refreshed_at = now() - interval '1 hour'");
    var left = client.refresh(used.text("refresh_token"));
    assertThat(left.status()).isEqualTo(200);

    age(left, "refreshed_at = refreshed_at - interval '2 hours 1 second'");

    expired(client.refresh(left.text("refresh_token")), "Session Expired (Inactivity)");
  }

  @Test
  void aSessionWithoutTheSecondFactorEndsSooner() {
    var email = AuthClient.newEmail();
    var signedIn = client.as(person(email).text("access_token"));
    var factor = signedIn.post("/factors", "{\"factor_type\":\"totp\"}");
    var path = "/factors/" + factor.text("id");
    var challenge = signedIn.post(path + "/challenge", "{}").text("id");
    var code = Authenticator.code(factor.at("totp.secret").getStringValue());
    var strong =
        signedIn.post(
            path + "/verify",
            "{\"challenge_id\":\"%s\",\"code\":\"%s\"}".formatted(challenge, code));
    assertThat(strong.status()).isEqualTo(200);

    age(strong, "created_at = created_at - interval '16 minutes'");
    assertThat(client.refresh(strong.text("refresh_token")).status()).isEqualTo(200);
    var weak = signIn(email, PASSWORD);
    age(weak, "created_at = created_at - interval '16 minutes'");

    expired(
        client.refresh(weak.text("refresh_token")),
        "Session Expired (Low AAL: User Needs MFA Verification)");
  }

  @Test
  void theSessionBegunLastIsTheOnlyOne() {
    var email = AuthClient.newEmail();
    var phone = person(email);
    var laptop = signIn(email, PASSWORD);

    expired(
        client.refresh(phone.text("refresh_token")), "Session Expired (Revoked by Newer Login)");
    assertThat(client.refresh(laptop.text("refresh_token")).status()).isEqualTo(200);
  }

  private static void age(Answer session, String change) {
    var id = AuthClient.claim(session.text("access_token"), "session_id").getStringValue();
    server
        .project()
        .admin()
        .transaction(
            Actor.of("supabase_auth_admin"),
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        "update auth.sessions set " + change + " where id = ?::uuid", id)));
  }

  private static void expired(Answer answer, String words) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("code")).isEqualTo("session_expired");
    assertThat(answer.text("message")).endsWith(words);
  }

  // --- passwords

  @Test
  void aBreachedPasswordIsRefused() {
    var refused = signUp(AuthClient.newEmail(), BREACHED);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text("code")).isEqualTo("weak_password");
    assertThat(refused.at("weak_password.reasons").values())
        .extracting(reason -> reason.getStringValue())
        .containsExactly("pwned");
    // the service names it as padding, seen no times
    assertThat(create(AuthClient.newEmail(), "ikke lekket 2").status()).isEqualTo(200);
  }

  @Test
  void whereTheServiceDoesNotAnswerNobodyIsRefused() {
    rangeAnswers = false;
    try {
      assertThat(create(AuthClient.newEmail(), BREACHED).status()).isEqualTo(200);
    } finally {
      rangeAnswers = true;
    }
  }

  @Test
  void aPasswordNeedsACharacterOfEachSet() {
    for (var weak : List.of("bare bokstaver", "1234567890")) {
      var refused = signUp(AuthClient.newEmail(), weak);

      assertThat(refused.text("code")).as(weak).isEqualTo("weak_password");
      assertThat(refused.at("weak_password.reasons.0").getStringValue()).isEqualTo("characters");
    }
  }

  @Test
  void anOldSessionProvesItselfByATextMessageAndTheOldPassword() {
    var phone = "4790000007";
    var made =
        client
            .admin()
            .post(
                "/admin/users",
                "{\"phone\":\"%s\",\"password\":\"%s\",\"phone_confirm\":true}"
                    .formatted(phone, PASSWORD));
    assertThat(made.status()).isEqualTo(200);
    var session =
        client.post(
            "/token?grant_type=password",
            "{\"phone\":\"+%s\",\"password\":\"%s\",%s}".formatted(phone, PASSWORD, HUMAN));
    age(session, "created_at = created_at - interval '25 hours'");
    var signedIn = client.as(session.text("access_token"));
    var change =
        "{\"password\":\"et nytt passord 8\",\"nonce\":\"%s\",\"current_password\":\"%s\"}";

    assertThat(signedIn.put("/user", change.formatted("", PASSWORD)).text("code"))
        .isEqualTo("reauthentication_needed");
    assertThat(signedIn.get("/reauthenticate").status()).isEqualTo(200);
    var text = TEXTS.getOrDefault("+" + phone, Map.of());
    assertThat(text).containsEntry("From", "+4721000000");
    var nonce = text.getOrDefault("Body", "").replaceAll("[^0-9]", "");
    var wrong = nonce.equals("000000") ? "000001" : "000000";
    assertThat(signedIn.put("/user", change.formatted(wrong, PASSWORD)).text("code"))
        .isEqualTo("reauthentication_not_valid");
    assertThat(signedIn.put("/user", change.formatted(nonce, "")).text("code"))
        .isEqualTo("current_password_required");
    assertThat(signedIn.put("/user", change.formatted(nonce, "feil hest 7")).text("code"))
        .isEqualTo("current_password_invalid");
    assertThat(signedIn.put("/user", change.formatted(nonce, PASSWORD)).status()).isEqualTo(200);
    assertThat(signedIn.put("/user", change.formatted(nonce, "et nytt passord 8")).text("code"))
        .isEqualTo("reauthentication_not_valid");
  }

  // --- captcha

  private static final String HUMAN = "\"gotrue_meta_security\":{\"captcha_token\":\"human\"}";

  @Test
  void whereAPersonMustSitThereNothingBeginsWithoutOne() {
    var email = AuthClient.newEmail();
    var session = person(email);
    for (var path :
        List.of(
            "/signup", "/otp", "/magiclink", "/recover", "/resend", "/token?grant_type=password")) {
      for (var answer : List.of("", ",\"gotrue_meta_security\":{\"captcha_token\":\"robot\"}")) {
        var refused =
            client.post(
                path,
                "{\"type\":\"signup\",\"email\":\"%s\",\"password\":\"%s\"%s}"
                    .formatted(email, PASSWORD, answer));

        assertThat(refused.status()).as(path).isEqualTo(400);
        assertThat(refused.text("code")).as(path).isEqualTo("captcha_failed");
      }
    }
    // a session that goes on needs nobody
    assertThat(client.refresh(session.text("refresh_token")).status()).isEqualTo(200);
  }

  // --- how much is mailed

  @Test
  void askingForAddressesThatNobodyHasStopsNobodysMail() {
    for (int asked = 0; asked < 3 * MAILS_IN_AN_HOUR; asked++) {
      assertThat(ask("/recover", AuthClient.newEmail()).status()).isEqualTo(200);
      assertThat(ask("/resend", AuthClient.newEmail()).status()).isEqualTo(200);
    }
    var known = AuthClient.newEmail();
    var id = create(known, PASSWORD).text("id");
    assertThat(client.admin().put("/admin/users/" + id, NAMED).status()).isEqualTo(200);
    for (int sent = 1; sent < MAILS_OF_ONE_CALLER; sent++) {
      assertThat(ask("/recover", known).status()).isEqualTo(200);
      var mail = MAILBOX.last(known);
      assertThat(mail.subject()).isEqualTo("New password for " + known);
      assertThat(mail.html())
          .startsWith("<b>From the web</b> <a href=\"http")
          .contains("/verify?token=");
    }
    var norwegian = client.with("Accept-Language", "nb-NO,nb;q=0.9");
    assertThat(norwegian.post("/recover", asked(known)).status()).isEqualTo(200);
    var last = MAILBOX.last(known);
    assertThat(last.subject()).isEqualTo("Nytt passord");
    assertThat(last.html()).matches("<p>[0-9]{6} til &lt;b&gt;Kari</p>\\s*");

    // now the caller's part of the hour is sent: the answer does not tell, and nothing comes
    assertThat(ask("/recover", known).status()).isEqualTo(200);
    assertThat(ask("/otp", known).text("code")).isEqualTo("over_email_send_rate_limit");
    assertThat(ask("/otp", AuthClient.newEmail()).text("code"))
        .isEqualTo("over_email_send_rate_limit");
    assertThat(MAILBOX.count(known)).isEqualTo(MAILS_OF_ONE_CALLER);
  }

  private static final String NAMED = "{\"user_metadata\":{\"navn\":\"<b>Kari\"}}";

  private static Answer ask(String path, String email) {
    return client.post(path, asked(email));
  }

  private static String asked(String email) {
    return "{\"type\":\"signup\",\"email\":\"%s\",%s}".formatted(email, HUMAN);
  }

  // --- people

  private static Answer person() {
    return person(AuthClient.newEmail());
  }

  private static Answer person(String email) {
    assertThat(create(email, PASSWORD).status()).isEqualTo(200);
    return signIn(email, PASSWORD);
  }

  private static Answer create(String email, String password) {
    return client
        .admin()
        .post(
            "/admin/users",
            "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true}"
                .formatted(email, password));
  }

  private static Answer signIn(String email, String password) {
    var session =
        client.post(
            "/token?grant_type=password",
            "{\"email\":\"%s\",\"password\":\"%s\",%s}".formatted(email, password, HUMAN));
    assertThat(session.status()).as(session.response().body()).isEqualTo(200);
    return session;
  }

  private static Answer signUp(String email, String password) {
    return client.post(
        "/signup", "{\"email\":\"%s\",\"password\":\"%s\",%s}".formatted(email, password, HUMAN));
  }

  // --- the services around it

  private static void range(HttpExchange exchange) throws IOException {
    var prefix = exchange.getRequestURI().getPath().substring("/range/".length());
    var lines =
        Stream.of(BREACHED + ":17", "ikke lekket 2:0")
            .map(entry -> entry.split(":", -1))
            .map(entry -> sha1(entry[0]) + ":" + entry[1])
            .filter(line -> line.startsWith(prefix))
            .map(line -> line.substring(prefix.length()))
            .collect(Collectors.joining("\r\n"));
    boolean good = rangeAnswers && prefix.length() == 5;
    reply(exchange, good ? 200 : 503, lines + "\r\n" + "A".repeat(35) + ":3");
  }

  private static void template(HttpExchange exchange) throws IOException {
    reply(exchange, 200, "<b>From the web</b> <a href=\"{{ .ConfirmationURL }}\">Go on</a>");
  }

  private static void captcha(HttpExchange exchange) throws IOException {
    var form = form(exchange);
    boolean human =
        "of the site".equals(form.get("secret")) && "human".equals(form.get("response"));
    reply(exchange, 200, "{\"success\":" + human + "}");
  }

  private static void text(HttpExchange exchange) throws IOException {
    var login = exchange.getRequestHeaders().getFirst("Authorization");
    var form = form(exchange);
    // AC1:of the account
    if ("Basic QUMxOm9mIHRoZSBhY2NvdW50".equals(login)) {
      TEXTS.put(form.getOrDefault("To", ""), form);
      reply(exchange, 201, "{\"sid\":\"SM1\"}");
    } else {
      reply(exchange, 401, "{}");
    }
  }

  private static Map<String, String> form(HttpExchange exchange) throws IOException {
    var text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    return Stream.of(text.split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static String sha1(String text) {
    try {
      var hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().withUpperCase().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

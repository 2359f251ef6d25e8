package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.stabbur.auth.factor.Authenticator;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import io.stabbur.testing.Tokens;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an attacker tries at the door: forged tokens, guessed codes and passwords, other people's
/// addresses, links that lead elsewhere. One server, with the limits it is shipped with and one
/// proxy of its own, so that each test comes from an address of its own.
class AttackTest {
  private static final AtomicInteger ADDRESSES = new AtomicInteger();
  private static final Mailbox MAILBOX = new Mailbox();
  private static TestServer server;

  private AuthClient client;

  @BeforeAll
  static void start() {
    var settings = new HashMap<>(MAILBOX.settings());
    settings.keySet().removeIf(name -> name.contains("limits") || name.endsWith("interval"));
    settings.put("stabbur.auth.trusted-proxies", 1);
    settings.put("stabbur.auth.limits.factor", 0);
    settings.put("stabbur.auth.redirect-urls", "https://app.example.org/**,myapp://**");
    settings.put("stabbur.auth.site-url", "https://www.example.org");
    server = TestServer.start(settings);
  }

  @AfterAll
  static void stop() {
    server.close();
    MAILBOX.close();
  }

  @BeforeEach
  void comeFromAnAddressOfItsOwn() {
    client = new AuthClient(server).with("X-Forwarded-For", newAddress());
  }

  private static String newAddress() {
    int number = ADDRESSES.incrementAndGet();
    return "198.18." + number / 256 + "." + number % 256;
  }

  // --- forged tokens

  @Test
  void aPublishedKeyIsNotTakenForASharedSecret() throws ParseException, JOSEException {
    var published = ECKey.parse(Json.write(client.get("/.well-known/jwks.json").at("keys.0")));
    var key = published.toECPublicKey();
    var pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
            + "\n-----END PUBLIC KEY-----";
    for (var secret :
        List.of(pem, pem + "\n", published.toJSONString(), published.getX().toString())) {
      for (var algorithm : List.of("HS256", "HS384", "HS512")) {
        var header =
            "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}"
                .formatted(algorithm, published.getKeyID());
        refused(Tokens.signed(secret, header, goodClaims()));
        refused(Tokens.signed(secret, "{\"alg\":\"" + algorithm + "\"}", goodClaims()));
      }
    }
  }

  @Test
  void noAlgorithmIsNoSignature() {
    for (var none : List.of("none", "None", "NONE", "nOnE", "", " none", "HS0", "null")) {
      var signed = Tokens.part("{\"alg\":\"" + none + "\"}") + "." + Tokens.part(goodClaims());
      refused(signed + ".");
      refused(signed + "." + Tokens.part("{}"));
    }
    refused(Tokens.part("{\"typ\":\"JWT\"}") + "." + Tokens.part(goodClaims()) + ".");
  }

  @Test
  void theKeyATokenBringsAlongIsNotUsed() throws JOSEException {
    var mine = new ECKeyGenerator(Curve.P_256).keyID("mine").generate();
    var known = client.get("/.well-known/jwks.json").at("keys.0.kid").getStringValue();
    for (var header :
        List.of(
            new JWSHeader.Builder(JWSAlgorithm.ES256).jwk(mine.toPublicJWK()).build(),
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("mine").jwk(mine.toPublicJWK()).build(),
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(known).jwk(mine.toPublicJWK()).build(),
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID(known)
                .jwkURL(URI.create("https://evil.example/jwks.json"))
                .x509CertURL(URI.create("https://evil.example/cert.pem"))
                .build())) {
      var token = new SignedJWT(header, claims());
      token.sign(new ECDSASigner(mine));
      refused(token.serialize());
    }
  }

  @Test
  void aKeyIdIsANameAndNothingElse() {
    for (var kid :
        List.of(
            "../../../../../../dev/null",
            "/dev/null",
            "file:///dev/null",
            "' or '1'='1",
            "x' union select '' --",
            "| whoami",
            "https://evil.example/key",
            "\\u0000",
            "${jndi:ldap://evil.example/a}",
            "")) {
      for (var secret : List.of("", "\0", "a", kid)) {
        var header = "{\"alg\":\"HS256\",\"kid\":\"%s\"}".formatted(kid);
        refused(Tokens.signed(secret.isEmpty() ? "\0" : secret, header, goodClaims()));
      }
    }
  }

  @Test
  void tokensCountOnlyInTheirTime() {
    var secret = server.project().keys().jwtSecret().reveal();
    var now = Instant.now().getEpochSecond();
    for (var times :
        List.of(
            "\"exp\":" + (now - 60),
            "\"exp\":0",
            "\"exp\":-1",
            "\"exp\":\"" + (now + 60) + "\"",
            "\"exp\":" + (now + 600) + ",\"nbf\":" + (now + 60),
            "\"exp\":" + (now + 600) + ",\"iat\":" + (now + 60))) {
      var claims =
          "{\"sub\":\"%s\",\"role\":\"authenticated\",%s}".formatted(UUID.randomUUID(), times);
      refused(Tokens.signed(secret, "{\"alg\":\"HS256\"}", claims));
    }
  }

  @Test
  void whatIsGoodInAnotherProjectIsNothingHere() {
    var other = TestServer.shared();
    var session = new AuthClient(other).signUp(AuthClient.newEmail());

    refused(session.text("access_token"));
    refused(other.project().keys().serviceRoleKey().reveal());
    assertThat(client.refresh(session.text("refresh_token")).status()).isEqualTo(400);
    for (var key :
        List.of(
            other.project().keys().publishableKey(),
            other.project().keys().secretKey(),
            other.project().keys().anonKey(),
            other.project().keys().serviceRoleKey())) {
      assertThat(client.with("apikey", key.reveal()).get("/settings").status()).isEqualTo(401);
    }
  }

  /// On the account API, as a key, and on the data API.
  private void refused(String token) {
    var answer = client.as(token).get("/user");
    assertThat(answer.status()).as(token).isEqualTo(403);
    assertThat(answer.text("code")).as(token).isEqualTo("bad_jwt");
    var key = server.project().keys().publishableKey().reveal();
    assertThat(
            Http.get(
                    server.url() + "/rest/v1/activities",
                    "apikey",
                    key,
                    "Authorization",
                    "Bearer " + token)
                .statusCode())
        .as(token)
        .isEqualTo(401);
    assertThat(client.with("apikey", token).get("/settings").status()).as(token).isEqualTo(401);
  }

  private static String goodClaims() {
    return "{\"sub\":\"%s\",\"role\":\"service_role\",\"exp\":%d}"
        .formatted(UUID.randomUUID(), Instant.now().plusSeconds(600).getEpochSecond());
  }

  private static JWTClaimsSet claims() {
    return new JWTClaimsSet.Builder()
        .subject(UUID.randomUUID().toString())
        .claim("role", "service_role")
        .expirationTime(Date.from(Instant.now().plusSeconds(600)))
        .build();
  }

  // --- keys and tokens in the wrong hands

  @Test
  void aServiceKeyInABrowserIsRefused() {
    var keys = server.project().keys();
    for (var key : List.of(keys.secretKey().reveal(), keys.serviceRoleKey().reveal())) {
      var admin = client.with("apikey", key).as(key);
      assertThat(admin.get("/admin/users").status()).isEqualTo(200);
      assertThat(
              admin
                  .with("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/130 Safari/537.36")
                  .get("/admin/users")
                  .status())
          .isEqualTo(401);
      assertThat(
              admin
                  .with("Origin", "https://app.example.org")
                  .with("Sec-Fetch-Mode", "cors")
                  .get("/admin/users")
                  .status())
          .isEqualTo(401);
    }
  }

  @Test
  void whateverSessionAClientHasLeftItMayAskForANewOne() {
    var email = AuthClient.newEmail();
    var session = confirmed(email);
    var stale =
        Tokens.signed(
            server.project().keys().jwtSecret().reveal(),
            "{\"alg\":\"HS256\"}",
            "{\"sub\":\"%s\",\"role\":\"authenticated\",\"exp\":%d}"
                .formatted(UUID.randomUUID(), Instant.now().minusSeconds(7200).getEpochSecond()));
    for (var bearer : List.of(stale, "not.a.token", "x")) {
      var late = client.as(bearer);

      assertThat(late.get("/settings").status()).isEqualTo(200);
      assertThat(late.get("/health").status()).isEqualTo(200);
      assertThat(late.signIn(email).status()).isEqualTo(200);
      assertThat(late.post("/recover", email(AuthClient.newEmail())).status()).isEqualTo(200);
      assertThat(late.post("/otp", email(AuthClient.newEmail())).status()).isEqualTo(200);
      assertThat(verify(late, "email", email, "000000").text("code")).isEqualTo("otp_expired");
      assertThat(late.get("/user").text("code")).isEqualTo("bad_jwt");
      assertThat(late.post("/logout", "").text("code")).isEqualTo("bad_jwt");
    }
    assertThat(client.as(stale).refresh(session.text("refresh_token")).status()).isEqualTo(200);
  }

  @Test
  void aSessionIsNeverTakenOverFromWhatTheClientBrings() {
    var mine = confirmed(AuthClient.newEmail());
    var victim = AuthClient.newEmail();
    confirmed(victim);
    var planted = client.as(mine.text("access_token"));

    var signedIn =
        planted.post(
            "/token?grant_type=password&session_id=" + session(mine),
            "{\"email\":\"%s\",\"password\":\"%s\",\"session_id\":\"%s\",\"refresh_token\":\"%s\"}"
                .formatted(victim, AuthClient.PASSWORD, session(mine), mine.text("refresh_token")));

    assertThat(signedIn.status()).isEqualTo(200);
    assertThat(session(signedIn)).isNotEqualTo(session(mine));
    assertThat(signedIn.text("refresh_token")).isNotEqualTo(mine.text("refresh_token"));
    var back = client.refresh(mine.text("refresh_token"));
    assertThat(back.at("user.id")).isEqualTo(mine.at("user.id"));
    assertThat(session(client.signIn(victim))).isNotEqualTo(session(signedIn));
  }

  @Test
  void aCodeOfSomebodyElsesFlowIsWorthNothing() {
    var victim = AuthClient.newEmail();
    confirmed(victim);
    var challenge =
        Crypto.base64Url(Crypto.sha256("v".repeat(50).getBytes(StandardCharsets.UTF_8)));
    client.post(
        "/recover",
        "{\"email\":\"%s\",\"code_challenge\":\"%s\",\"code_challenge_method\":\"s256\"}"
            .formatted(victim, challenge));
    var landed = client.get(MAILBOX.last(victim).link()).header("Location");
    var code = landed.substring(landed.indexOf("code=") + 5);

    for (var verifier : List.of("w".repeat(50), challenge, "", "v".repeat(49))) {
      assertThat(exchange(code, verifier).status()).as(verifier).isEqualTo(400);
    }
    assertThat(exchange(code, "v".repeat(50)).status()).isEqualTo(200);
    assertThat(exchange(code, "v".repeat(50)).text("code")).isEqualTo("flow_state_not_found");
  }

  private AuthClient.Answer exchange(String code, String verifier) {
    return client.post(
        "/token?grant_type=pkce",
        "{\"auth_code\":\"%s\",\"code_verifier\":\"%s\"}".formatted(code, verifier));
  }

  private static String session(AuthClient.Answer answer) {
    return AuthClient.claim(answer.text("access_token"), "session_id").getStringValue();
  }

  // --- whose address is known

  @Test
  void noAnswerTellsWhetherAnAddressIsKnown() {
    for (var request :
        List.of(
            "/recover {'email':'%s'}",
            "/otp {'email':'%s'}",
            "/magiclink {'email':'%s'}",
            "/resend {'type':'signup','email':'%s'}",
            "/resend {'type':'email_change','email':'%s'}",
            "/verify {'type':'recovery','email':'%s','token':'123456'}",
            "/verify {'type':'signup','email':'%s','token':'123456'}",
            "/verify {'type':'email','email':'%s','token':'123456'}",
            "/verify {'type':'email_change','email':'%s','token':'123456'}",
            "/token?grant_type=password {'email':'%s','password':'not this one'}")) {
      var unknown = AuthClient.newEmail();
      var known = AuthClient.newEmail();
      user(known, true);
      var pending = AuthClient.newEmail();
      user(pending, false);
      // a second time too: within the interval between two mails
      for (int time = 1; time <= 2; time++) {
        var told = tell(request, unknown);
        assertThat(tell(request, known)).as(request).isEqualTo(told);
        assertThat(tell(request, pending)).as(request).isEqualTo(told);
      }
    }
  }

  @Test
  void noAudienceMakesAnAddressCollide() {
    var known = AuthClient.newEmail();
    confirmed(known);
    var elsewhere = client.with("X-JWT-AUD", "somewhere").with("X-Supabase-Api-Version", "");

    for (var path : List.of("/signup", "/otp", "/recover")) {
      var body = "{\"email\":\"%s\",\"password\":\"%s\"}";
      var there = elsewhere.post(path, body.formatted(known, AuthClient.PASSWORD));
      var nobody = elsewhere.post(path, body.formatted(AuthClient.newEmail(), AuthClient.PASSWORD));

      assertThat(there.status()).as(path).isEqualTo(nobody.status()).isEqualTo(200);
      assertThat(there.response().body()).as(path).doesNotContain("already exists");
    }
    assertThat(client.signIn(known).status()).isEqualTo(200);
  }

  @Test
  void askingTwiceWithinTheIntervalIsRefusedForEverybody() {
    var answer = client.post("/recover", email("nobody-" + UUID.randomUUID() + "@example.org"));
    var unknown = AuthClient.newEmail();
    client.post("/recover", email(unknown));

    var again = client.post("/recover", email(unknown));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(again.status()).isEqualTo(429);
    assertThat(again.text("code")).isEqualTo("over_email_send_rate_limit");
    assertThat(again.text("message")).matches(".*only request this after [0-9]+ seconds\\.");
  }

  /// Everything an answer says: its status, its body, and the names of its headers. Seconds that
  /// count down are not what it says of the address.
  private String tell(String request, String email) {
    var words = request.split(" ", 2);
    var asking = client.with("X-Forwarded-For", newAddress());
    var answer = asking.post(words[0], words[1].formatted(email).replace('\'', '"'));
    return answer.status()
        + " "
        + answer.response().body().replaceAll("after [0-9]+ seconds", "after N seconds")
        + " "
        + answer.response().headers().map().keySet();
  }

  // --- guessing

  @Test
  void afterTenWrongCodesTheRightOneIsWrongTooAndItsLinkWorks() {
    var email = AuthClient.newEmail();
    client.signUp(email);
    var mail = MAILBOX.last(email);

    for (int guess = 0; guess < 10; guess++) {
      // from as many networks: no limit of one address is met
      var elsewhere = client.with("X-Forwarded-For", newAddress());
      assertThat(verify(elsewhere, "signup", email, wrong(mail.code(), guess)).text("code"))
          .isEqualTo("otp_expired");
    }

    assertThat(verify(client, "signup", email, mail.code()).text("code")).isEqualTo("otp_expired");
    assertThat(verify(client, "email", email, mail.code()).text("code")).isEqualTo("otp_expired");
    assertThat(client.get(mail.link()).header("Location")).contains("#access_token=");
  }

  @Test
  void whoGuessesFromOneNetworkLocksNobodyOut() {
    var email = AuthClient.newEmail();
    confirmed(email);
    var attacker = client.with("X-Forwarded-For", newAddress());
    var code = "";
    for (int tried = 0; tried < 30; tried++) {
      if (tried % 10 == 0) {
        code = generated(email).text("email_otp");
      }
      assertThat(verify(attacker, "magiclink", email, wrong(code, tried)).status()).isEqualTo(403);
    }

    assertThat(verify(attacker, "magiclink", email, code).status()).isEqualTo(429);
    assertThat(verify(client, "magiclink", email, code).status()).isEqualTo(200);
  }

  @Test
  void manyNetworksDoNotGuessWithoutEndAndCloseNoNetworkThatIsKnown() {
    var email = AuthClient.newEmail();
    confirmed(email);
    var home = generated(email).text("email_otp");
    assertThat(verify(client, "magiclink", email, home).status()).isEqualTo(200);
    for (int mails = 0; mails < 20; mails++) {
      var code = generated(email).text("email_otp");
      var elsewhere = client.with("X-Forwarded-For", newAddress());
      for (int guess = 0; guess < 10; guess++) {
        verify(elsewhere, "magiclink", email, wrong(code, guess));
      }
    }
    var link = generated(email);
    var elsewhere = client.with("X-Forwarded-For", newAddress());

    assertThat(verify(elsewhere, "magiclink", email, link.text("email_otp")).text("code"))
        .isEqualTo("otp_expired");
    assertThat(verify(client, "magiclink", email, link.text("email_otp")).status()).isEqualTo(200);
    var next = generated(email).text("action_link");
    assertThat(elsewhere.get(next).header("Location")).contains("#access_token=");
  }

  @Test
  void guessesAtOnceAreNoMoreThanTen() throws Exception {
    var email = AuthClient.newEmail();
    confirmed(email);
    var code = generated(email).text("email_otp");

    var answers =
        atOnce(
            60,
            guess ->
                verify(
                    client.with("X-Forwarded-For", newAddress()),
                    "magiclink",
                    email,
                    wrong(code, guess)));

    assertThat(answers).allMatch(a -> a.text("code").equals("otp_expired"));
    assertThat(verify(client, "magiclink", email, code).status()).isEqualTo(403);
  }

  @Test
  void theRightCodeShownTwiceAtOnceIsGoodOnce() throws Exception {
    var email = AuthClient.newEmail();
    confirmed(email);
    for (int round = 0; round < 20; round++) {
      var code = generated(email).text("email_otp");
      var network = client.with("X-Forwarded-For", newAddress());

      var answers = atOnce(4, _ -> verify(network, "magiclink", email, code));

      assertThat(answers)
          .extracting(AuthClient.Answer::status)
          .containsExactlyInAnyOrder(200, 403, 403, 403);
    }
  }

  @Test
  void nothingOfGuessedCodesIsKeptOfWhoIsRemoved() {
    var email = AuthClient.newEmail();
    var user = confirmed(email).at("user.id").getStringValue();
    verify(client, "magiclink", email, wrong(generated(email).text("email_otp"), 0));
    assertThat(guesses(user)).isPositive();

    new AuthClient(server).admin().delete("/admin/users/" + user, "{}");

    assertThat(guesses(user)).isZero();
  }

  private static long guesses(String user) {
    return server
        .project()
        .admin()
        .transaction(
            Actor.of("supabase_auth_admin"),
            Access.READ,
            tx ->
                tx.first(
                    Statement.of(
                        "select count(*) from stabbur_auth.wrong_codes where subject = ?::uuid",
                        user),
                    rows -> rows.getLong(1)))
        .orElseThrow();
  }

  @Test
  void aLinkCannotBeComputedFromAGuessedCode() throws GeneralSecurityException {
    var email = AuthClient.newEmail();
    confirmed(email);
    var link = generated(email);
    var computed =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-224")
                    .digest((email + link.text("email_otp")).getBytes(StandardCharsets.UTF_8)));

    var tried =
        client.post(
            "/verify", "{\"type\":\"magiclink\",\"token_hash\":\"%s\"}".formatted(computed));

    assertThat(tried.text("code")).isEqualTo("otp_expired");
    assertThat(link.text("hashed_token")).hasSameSizeAs(computed).isNotEqualTo(computed);
  }

  @Test
  void aTypedCodeIsGoodForAnHourAndItsLinkForLonger() {
    var email = AuthClient.newEmail();
    confirmed(email);
    var link = generated(email);
    sql(
        "update auth.users set recovery_sent_at = now() - interval '61 minutes' where email = ?",
        email);

    assertThat(verify(client, "magiclink", email, link.text("email_otp")).text("code"))
        .isEqualTo("otp_expired");
    assertThat(client.get(link.text("action_link")).header("Location")).contains("#access_token=");
  }

  @Test
  void aFactorIsNotGuessedEither() {
    var signedIn = client.as(confirmed(AuthClient.newEmail()).text("access_token"));
    var factor = signedIn.post("/factors", "{\"factor_type\":\"totp\"}");
    var id = factor.text("id");
    var code = Authenticator.code(factor.at("totp.secret").getStringValue());

    for (int guess = 0; guess < 10; guess++) {
      // a new challenge each time, which is no new beginning
      assertThat(show(signedIn, id, wrong(code, guess)).text("code"))
          .isEqualTo("mfa_verification_failed");
    }

    assertThat(show(signedIn, id, code).status()).isEqualTo(429);
    assertThat(show(signedIn, id, code).text("code")).isEqualTo("over_request_rate_limit");
  }

  @Test
  void aNonceIsNotGuessedEither() {
    var email = AuthClient.newEmail();
    var signedIn = client.as(confirmed(email).text("access_token"));
    signedIn.get("/reauthenticate");
    var nonce = MAILBOX.last(email).code();
    sql(
        "update auth.sessions set created_at = now() - interval '2 days' where user_id ="
            + " (select id from auth.users where email = ?)",
        email);

    // guessed with a setting that asks for none, it is not looked at; the count is the same
    for (int guess = 0; guess < 10; guess++) {
      signedIn.put("/user", nonce(wrong(nonce, guess)));
    }

    assertThat(signedIn.put("/user", nonce(nonce)).text("code"))
        .isEqualTo("reauthentication_not_valid");
  }

  private static String nonce(String nonce) {
    return "{\"data\":{\"tried\":true},\"nonce\":\"%s\"}".formatted(nonce);
  }

  @Test
  void passwordsAreNotGuessedFromOneAddressOrNetwork() {
    var v4 = newAddress();
    int tried = 0;
    while (client.with("X-Forwarded-For", v4).refresh("aaaaaaaaaaaa").status() == 400) {
      tried++;
    }
    var limited = client.with("X-Forwarded-For", v4).signIn(AuthClient.newEmail());

    assertThat(tried).isBetween(150, 160);
    assertThat(limited.status()).isEqualTo(429);
    assertThat(limited.text("code")).isEqualTo("over_request_rate_limit");
    assertThat(client.refresh("aaaaaaaaaaaa").status()).isEqualTo(400);
  }

  @Test
  void aNetworkOfIpv6IsOneAddressAndALargeOneAFew() {
    int oneNetwork = 0;
    while (triedFrom("2001:db8:1:1::" + Integer.toHexString(oneNetwork + 1)) == 403) {
      oneNetwork++;
    }
    int manyNetworks = 0;
    while (triedFrom("2001:db8:2:" + Integer.toHexString(manyNetworks + 1) + "::1") == 403) {
      manyNetworks++;
    }

    assertThat(oneNetwork).isBetween(30, 33);
    assertThat(manyNetworks).isBetween(120, 130);
    assertThat(triedFrom("2001:db8:1:2::1")).isEqualTo(403);
    assertThat(triedFrom("::ffff:203.0.113.9")).isEqualTo(403);
  }

  private int triedFrom(String address) {
    return verify(client.with("X-Forwarded-For", address), "signup", "nobody@example.org", "123456")
        .status();
  }

  @Test
  void nobodyChoosesTheAddressHeIsCountedBy() {
    var peer = new AuthClient(server);
    var email = AuthClient.newEmail();
    confirmed(email);

    assertThat(seen(peer.with("X-Forwarded-For", "203.0.113.1, 198.51.100.200"), email))
        .isEqualTo("198.51.100.200");
    assertThat(seenByLines(email, "203.0.113.1", "198.51.100.201")).isEqualTo("198.51.100.201");
    assertThat(seenByLines(email, "203.0.113.1, 203.0.113.2", "198.51.100.202"))
        .isEqualTo("198.51.100.202");
    assertThat(seen(peer.with("X-Forwarded-For", "unknown"), email)).isEqualTo("127.0.0.1");
    assertThat(seen(peer, email)).isEqualTo("127.0.0.1");
  }

  /// The address a sign-in was noted with.
  private static String seen(AuthClient from, String email) {
    assertThat(from.signIn(email).status()).isEqualTo(200);
    return noted(email);
  }

  private static String seenByLines(String email, String... lines) {
    var headers = new ArrayList<String>();
    headers.add("apikey");
    headers.add(server.project().keys().anonKey().reveal());
    for (var line : lines) {
      headers.add("X-Forwarded-For");
      headers.add(line);
    }
    var answer =
        Http.post(
            server.url() + "/auth/v1/token?grant_type=password",
            "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, AuthClient.PASSWORD),
            headers.toArray(String[]::new));
    assertThat(answer.statusCode()).isEqualTo(200);
    return noted(email);
  }

  private static String noted(String email) {
    return server
        .project()
        .admin()
        .transaction(
            Actor.of("supabase_auth_admin"),
            Access.READ,
            tx ->
                tx.first(
                    Statement.of(
                        """
                        select host(s.ip) from auth.sessions s join auth.users u on u.id = s.user_id
                        where u.email = ? order by s.created_at desc limit 1\
                        """,
                        email),
                    rows -> rows.getString(1)))
        .orElseThrow();
  }

  // --- using things twice

  @Test
  void aCodeSignsInOnceHoweverOftenItIsSent() throws Exception {
    var email = AuthClient.newEmail();
    confirmed(email);
    var link = generated(email);

    var answers =
        atOnce(
            9,
            _ ->
                verify(
                    client.with("X-Forwarded-For", newAddress()),
                    "magiclink",
                    email,
                    link.text("email_otp")));

    assertThat(answers.stream().filter(a -> a.status() == 200)).hasSize(1);
    assertThat(client.get(link.text("action_link")).header("Location")).contains("otp_expired");
    var hash =
        client.post(
            "/verify",
            "{\"type\":\"magiclink\",\"token_hash\":\"%s\"}".formatted(link.text("hashed_token")));
    assertThat(hash.text("code")).isEqualTo("otp_expired");
  }

  @Test
  void aLinkSignsInOnceHoweverOftenItIsFollowed() throws Exception {
    var email = AuthClient.newEmail();
    confirmed(email);
    var link = generated(email).text("action_link");

    var answers = atOnce(20, _ -> client.with("X-Forwarded-For", newAddress()).get(link));

    assertThat(answers.stream().filter(a -> a.header("Location").contains("access_token")))
        .hasSize(1);
  }

  @Test
  void aCodeForOnePurposeServesNoOther() {
    var email = AuthClient.newEmail();
    var signedIn = client.as(confirmed(email).text("access_token"));
    signedIn.put("/user", email(AuthClient.newEmail()));
    var change = MAILBOX.last(email).code();
    client.post("/recover", email(email));
    var recovery = MAILBOX.last(email).code();

    for (var type : List.of("signup", "recovery", "magiclink", "invite", "email")) {
      assertThat(verify(client, type, email, change).status()).as(type).isEqualTo(403);
    }
    for (var type : List.of("signup", "invite", "email_change")) {
      assertThat(verify(client, type, email, recovery).status()).as(type).isEqualTo(403);
    }
    assertThat(verify(client, "recovery", AuthClient.newEmail(), recovery).status()).isEqualTo(403);
    assertThat(verify(client, "recovery", email, recovery).status()).isEqualTo(200);
  }

  // --- links that lead elsewhere

  @Test
  void noLinkLeadsToAPlaceThatIsNotOurs() {
    for (var target : ELSEWHERE) {
      var asking = client.with("X-Forwarded-For", newAddress());
      for (var way :
          List.of(
              "/verify?type=signup&token=none&redirect_to=" + encode(target),
              "/callback?error=access_denied&state=none&redirect_to=" + encode(target))) {
        var location = asking.get(way).header("Location");
        assertThat(location).as(target).matches("https://www\\.example\\.org[?#]error=.*");
      }
      var byHeader = asking.with("Referer", header(target)).get("/verify?type=signup&token=none");
      assertThat(byHeader.header("Location")).as(target).startsWith("https://www.example.org#");
    }
    assertThat(ELSEWHERE).hasSizeGreaterThanOrEqualTo(60).doesNotHaveDuplicates();
    for (var target : List.of("https://app.example.org/a/b?c=d", "myapp://back")) {
      var location =
          client
              .get("/verify?type=signup&token=none&redirect_to=" + encode(target))
              .header("Location");
      assertThat(location).startsWith(target + "#error=");
    }
  }

  /// Headers hold no control characters and nothing beyond Latin 1.
  private static String header(String target) {
    return target.chars().allMatch(c -> c >= ' ' && c < 0x7f) ? target : "https://evil.example";
  }

  private static String encode(String text) {
    return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static final List<String> ELSEWHERE =
      List.of(
          "https://evil.example",
          "http://evil.example",
          "http://www.example.org",
          "https://www.example.org:8443",
          "https://www.example.org:80",
          "https://www.example.org.evil.example",
          "https://www.example.org@evil.example",
          "https://www.example.org:x@evil.example",
          "https://www.example.org%40evil.example",
          "https://www.example.org%2eevil.example",
          "https://www.example.org%00.evil.example",
          "https://www.example.org\\.evil.example",
          "https://www.example.org\\@evil.example",
          "https://evil.example\\www.example.org",
          "https://evil.example#www.example.org",
          "https://evil.example?www.example.org",
          "https://evil.example/www.example.org",
          "https://evil.example;www.example.org",
          "https://evil.example&www.example.org",
          "https://evilwww.example.org",
          "https://evil-example.org",
          "https://example.org",
          "https://sub.www.example.org",
          "https://app.example.org.evil.example/",
          "https://app.example.orgevil.example/",
          "https://app.example.org@evil.example/",
          "https://app.example.org%2f@evil.example/",
          "http://app.example.org/",
          "https://xapp.example.org/",
          "https://x.app.example.org/",
          "https://app-example.org/",
          "https://appxexample.org/",
          "//evil.example",
          "///evil.example",
          "////evil.example",
          "/\\evil.example",
          "\\\\evil.example",
          "\\/evil.example",
          "/evil.example",
          "evil.example",
          "https:evil.example",
          "https:/evil.example",
          "https:///evil.example",
          "https:\\\\evil.example",
          "http:////evil.example",
          "ftp://www.example.org",
          "javascript:alert(1)",
          "JaVaScRiPt:alert(1)",
          "javascript://www.example.org/%0aalert(1)",
          " javascript:alert(1)",
          "java\tscript:alert(1)",
          "data:text/html,<script>alert(1)</script>",
          "vbscript:msgbox(1)",
          "file:///etc/passwd",
          "blob:https://www.example.org/x",
          "about:blank",
          "view-source:https://www.example.org",
          "myapp2://back",
          "xmyapp://back",
          "myapp:evil",
          "https://2130706433/",
          "https://0x7f000001/",
          "https://017700000001/",
          "https://[2001:db8::1]/",
          "https://10.0.0.1/",
          "https://169.254.169.254/latest/meta-data",
          "https://www.example.org\r\nLocation: https://evil.example",
          "https://www.example.org\nSet-Cookie: a=b",
          "https://www.example.org\u0000",
          "https://www.example.org evil.example",
          "https://www.ex\u0430mple.org",
          "https://www\u3002example\u3002org",
          "https://www.example.org\u2044evil.example",
          "https://\u202ewww.example.org");

  // --- what the tests share

  private static AuthClient.Answer verify(AuthClient from, String type, String email, String code) {
    return from.post(
        "/verify",
        "{\"type\":\"%s\",\"email\":\"%s\",\"token\":\"%s\"}".formatted(type, email, code));
  }

  private static AuthClient.Answer show(AuthClient signedIn, String factor, String code) {
    var challenge = signedIn.post("/factors/" + factor + "/challenge", "{}").text("id");
    return signedIn.post(
        "/factors/" + factor + "/verify",
        "{\"challenge_id\":\"%s\",\"code\":\"%s\"}".formatted(challenge, code));
  }

  private static AuthClient.Answer generated(String email) {
    return new AuthClient(server)
        .admin()
        .post("/admin/generate_link", "{\"type\":\"magiclink\",\"email\":\"%s\"}".formatted(email));
  }

  /// A confirmed user's first session.
  private AuthClient.Answer confirmed(String email) {
    user(email, true);
    var session = client.with("X-Forwarded-For", newAddress()).signIn(email);
    assertThat(session.status()).isEqualTo(200);
    return session;
  }

  private static void user(String email, boolean confirmed) {
    var made =
        new AuthClient(server)
            .admin()
            .post(
                "/admin/users",
                "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":%s}"
                    .formatted(email, AuthClient.PASSWORD, confirmed));
    assertThat(made.status()).isEqualTo(200);
  }

  private static String email(String email) {
    return "{\"email\":\"%s\"}".formatted(email);
  }

  /// Another code of six digits.
  private static String wrong(String code, int guess) {
    return "%06d".formatted((Integer.parseInt(code) + 1 + guess) % 1_000_000);
  }

  private static void sql(String sql, String email) {
    server
        .project()
        .admin()
        .transaction(
            Actor.of("supabase_auth_admin"),
            Access.WRITE,
            tx -> tx.update(Statement.of(sql, email)));
  }

  private static List<AuthClient.Answer> atOnce(
      int times, java.util.function.IntFunction<AuthClient.Answer> work)
      throws InterruptedException, ExecutionException {
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<AuthClient.Answer>>();
      for (int i = 0; i < times; i++) {
        int number = i;
        running.add(executor.submit(() -> work.apply(number)));
      }
      var answers = new ArrayList<AuthClient.Answer>();
      for (var future : running) {
        answers.add(future.get());
      }
      return answers;
    }
  }
}

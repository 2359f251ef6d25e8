package io.stabbur.auth.factor;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Addresses;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.Factor;
import io.stabbur.auth.account.FactorType;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.code.AccountEvent;
import io.stabbur.auth.code.CodeGuesses;
import io.stabbur.auth.code.OneTimeTokens;
import io.stabbur.auth.code.Revocations;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.mail.Delivery;
import io.stabbur.auth.mail.MailKind;
import io.stabbur.auth.mail.Messages;
import io.stabbur.auth.mail.Outbox;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Row;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.IssuedSession;
import io.stabbur.auth.session.Issuer;
import io.stabbur.auth.session.RefreshTokens;
import io.stabbur.auth.session.Sessions;
import io.stabbur.auth.session.SignedIn;
import io.stabbur.auth.signup.SignUp;
import io.stabbur.auth.webauthn.PublicKey;
import io.stabbur.auth.webauthn.WebAuthn;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.crypto.Totp;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Uuids;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/// Second factors: enrolled, challenged, verified, removed. A verified factor lifts the session it
/// was shown in to `aal2` and ends the user's sessions below.
@Singleton
public final class Factors {
  private static final Duration CHALLENGE_LIFE = Duration.ofMinutes(5);
  private static final String GUESSES = "factor";
  private static final SecureRandom RANDOM = new SecureRandom();
  private final FactorSettings settings;
  private final Bearers bearers;
  private final Issuer issuer;
  private final RefreshTokens refreshTokens;
  private final WebAuthnFactors webAuthn;
  private final Messages messages;
  private final Delivery delivery;
  private final Hooks hooks;
  private final Audit audit;

  Factors(
      FactorSettings settings,
      Bearers bearers,
      Issuer issuer,
      RefreshTokens refreshTokens,
      WebAuthnFactors webAuthn,
      Messages messages,
      Delivery delivery,
      Hooks hooks,
      Audit audit) {
    this.settings = settings;
    this.bearers = bearers;
    this.issuer = issuer;
    this.refreshTokens = refreshTokens;
    this.webAuthn = webAuthn;
    this.messages = messages;
    this.delivery = delivery;
    this.hooks = hooks;
    this.audit = audit;
  }

  /// What a factor is used for.
  private enum Use {
    ENROLL("enroll"),
    VERIFY("verification");

    private final String text;

    Use(String text) {
      this.text = text;
    }
  }

  JsonNode enroll(AuthRequest authRequest, JsonBody body) {
    return authRequest.write(
        tx -> {
          var signedIn = bearers.requireNamed(tx, authRequest);
          new Challenges(tx).purgeStale(signedIn.user().id());
          var bearer = bearers.requireNamed(tx, authRequest);
          requireEnrolmentAllowed(bearer, body);
          var id = UUID.randomUUID();
          var made = enroll(tx, authRequest, bearer, body, id);
          audit.write(tx, authRequest, Audit.Action.FACTOR_IN_PROGRESS, bearer.user(), named(id));
          return made;
        });
  }

  private void requireEnrolmentAllowed(SignedIn signedIn, JsonBody body) {
    var factors = signedIn.user().factors();
    if (!signedIn.strongEnough()) {
      throw AuthError.forbidden(AuthCode.INSUFFICIENT_AAL, "AAL2 required to enroll a new factor");
    }
    if (factors.size() >= settings.most()) {
      throw AuthError.unprocessable(
          AuthCode.TOO_MANY_ENROLLED_MFA_FACTORS,
          "Maximum number of verified factors reached, unenroll to continue");
    }
    var name = body.text("friendly_name");
    if (!name.isEmpty() && factors.stream().anyMatch(f -> f.name().equals(name))) {
      throw AuthError.unprocessable(
          AuthCode.MFA_FACTOR_NAME_CONFLICT,
          "A factor with the friendly name \"" + name + "\" for this user already exists");
    }
  }

  private JsonNode enroll(
      Transaction tx, AuthRequest authRequest, SignedIn signedIn, JsonBody body, UUID id) {
    var name = body.text("friendly_name");
    var type =
        FactorType.of(body.text("factor_type"))
            .orElseThrow(
                () -> AuthError.invalid("factor_type needs to be totp, phone, or webauthn"));
    var fields =
        new Fields().put("id", id.toString()).put("type", type.wire()).put("friendly_name", name);
    requireEnabled(type, Use.ENROLL);
    var rows = new Challenges(tx);
    var user = signedIn.user().id();
    switch (type) {
      case TOTP -> {
        var totp = Totp.random(RANDOM);
        rows.insertFactor(id, user, type, name, totp.secret(), "");
        fields.put("totp", described(authRequest, signedIn, body, totp));
      }
      case PHONE -> {
        if (body.text("phone").isEmpty()) {
          throw AuthError.invalid("Phone number required to enroll Phone factor");
        }
        var phone = Addresses.phone(body.text("phone"));
        requireUnverifiedNumber(rows, signedIn, phone);
        rows.insertFactor(id, user, type, name, "", phone);
        fields.put("phone", phone);
      }
      case WEBAUTHN -> rows.insertFactor(id, user, type, name, "", "");
    }
    return fields.node();
  }

  /// A number is enrolled once; one that was never verified may be begun anew.
  private static void requireUnverifiedNumber(Challenges rows, SignedIn signedIn, String phone) {
    for (var factor : signedIn.user().factors()) {
      if (factor.phone().equals(phone)) {
        if (factor.verified()) {
          throw AuthError.unprocessable(
              AuthCode.MFA_VERIFIED_FACTOR_EXISTS,
              "A verified phone factor already exists, unenroll the existing factor to continue");
        }
        rows.deleteFactor(factor.id());
      }
    }
  }

  private JsonNode described(AuthRequest authRequest, SignedIn signedIn, JsonBody body, Totp totp) {
    var issuer = body.text("issuer");
    if (issuer.isEmpty()) {
      var host = java.net.URI.create(authRequest.redirects().siteUrl()).getHost();
      issuer = settings.issuer().isEmpty() ? String.valueOf(host) : settings.issuer();
    }
    var user = signedIn.user();
    var account = user.email().isEmpty() ? user.phone() : user.email();
    var uri = totp.uri(issuer, account);
    return new Fields()
        .put("qr_code", QrCodes.svg(uri))
        .put("secret", totp.secret())
        .put("uri", uri)
        .node();
  }

  JsonNode challenge(AuthRequest authRequest, String factorId, JsonBody body) {
    return delivery.write(
        authRequest,
        (tx, outbox) -> {
          var signedIn = bearers.requireNamed(tx, authRequest);
          var factor = requireUsable(signedIn, factorId);
          var id = UUID.randomUUID();
          var more = new Fields();
          requireEnabled(factor.type(), Use.VERIFY);
          switch (factor.type()) {
            case TOTP -> new Challenges(tx).insert(id, factor.id(), authRequest.ip(), "");
            case PHONE -> {
              var hash = send(tx, outbox, authRequest, signedIn, factor, body);
              new Challenges(tx).insert(id, factor.id(), authRequest.ip(), hash);
            }
            case WEBAUTHN -> more.put("webauthn", ask(tx, authRequest, signedIn, factor, id));
          }
          audit.write(
              tx, authRequest, Audit.Action.CHALLENGE_CREATED, signedIn.user(), named(factor.id()));
          return new Fields()
              .put("id", id.toString())
              .put("type", factor.type().wire())
              .put("expires_at", authRequest.now().plus(CHALLENGE_LIFE).getEpochSecond())
              .merge(more.node())
              .node();
        });
  }

  /// What the browser asks an authenticator.
  private JsonNode ask(
      Transaction tx, AuthRequest authRequest, SignedIn signedIn, Factor factor, UUID id) {
    var challenge = WebAuthn.freshChallenge();
    new Challenges(tx).insertWebAuthn(id, factor.id(), authRequest.ip(), challenge);
    return webAuthn.asked(authRequest, signedIn.user(), factor, challenge);
  }

  /// The hash of the code that was sent.
  private String send(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      SignedIn signedIn,
      Factor factor,
      JsonBody body) {
    var code = messages.testCode(factor.phone()).orElseGet(() -> OneTimeTokens.code(6));
    messages.factorCode(
        tx,
        outbox,
        authRequest,
        signedIn.user(),
        factor.phone(),
        code,
        SignUp.channel(body.text("channel")));
    return OneTimeTokens.hash(authRequest.project(), factor.phone(), code);
  }

  /// How a verification ends when something must stay although it is refused.
  private record Verified(Optional<ApiException> refusal, Optional<IssuedSession> session) {
    static Verified refused(ApiException e) {
      return new Verified(Optional.of(e), Optional.empty());
    }
  }

  IssuedSession verify(AuthRequest authRequest, String factorId, JsonBody body) {
    guess(authRequest);
    var verified =
        delivery.write(
            authRequest, (tx, outbox) -> verify(tx, outbox, authRequest, factorId, body));
    if (verified.refusal.isPresent()) {
      throw verified.refusal.get();
    }
    return verified.session.orElseThrow();
  }

  /// The secret of a factor stays, so there are so many tries in an hour, over all the factors and
  /// challenges of a user.
  private void guess(AuthRequest authRequest) {
    var hour = "hour " + authRequest.now().getEpochSecond() / 3600;
    boolean more =
        authRequest.write(
            tx -> {
              var user = bearers.requireNamed(tx, authRequest).user();
              return new CodeGuesses(tx).count(user.id(), GUESSES, hour, authRequest.now());
            });
    if (!more) {
      throw AuthError.tooMany(
          AuthCode.OVER_REQUEST_RATE_LIMIT, "Too many wrong codes, please try again in an hour");
    }
  }

  private Verified verify(
      Transaction tx, Outbox outbox, AuthRequest authRequest, String factorId, JsonBody body) {
    var signedIn = bearers.requireNamed(tx, authRequest);
    var factor = requireUsable(signedIn, factorId);
    requireProof(factor, body);
    var rows = new Challenges(tx);
    var challengeId = challengeId(body.text("challenge_id"));
    var challenge =
        rows.lock(challengeId, factor.id())
            .filter(c -> !c.has("verified_at"))
            .orElseThrow(Factors::noChallenge);
    checkChallenge(authRequest, challenge);
    boolean byKey = factor.type() == FactorType.WEBAUTHN;
    var key = byKey ? proof(authRequest, factor, challenge, body) : Optional.<PublicKey>empty();
    long step = byKey ? -1 : match(authRequest, factor, challenge, body.text("code"));
    boolean valid =
        key.isPresent()
            || (step >= 0
                && !(factor.type() == FactorType.TOTP && rows.stepUsed(factor.id(), step)));
    audit.write(
        tx, authRequest, Audit.Action.VERIFICATION_ATTEMPTED, signedIn.user(), named(factor.id()));
    var rejected = hookRefusal(tx, authRequest, signedIn, factor, valid);
    if (rejected.isPresent()) {
      return Verified.refused(rejected.get());
    }
    if (!valid) {
      return Verified.refused(
          AuthError.unprocessable(AuthCode.MFA_VERIFICATION_FAILED, wrongCode(factor)));
    }
    new CodeGuesses(tx).forget(signedIn.user().id(), GUESSES);
    rows.close(challengeId);
    key.ifPresent(proved -> rows.keepCredential(factor.id(), proved));
    // the code that completes an enrolment may be the one that signs in a moment later
    if (factor.type() == FactorType.TOTP && factor.verified()) {
      rows.rememberStep(challengeId, step);
    }
    return new Verified(
        Optional.empty(), Optional.of(raised(tx, outbox, authRequest, signedIn, factor, rows)));
  }

  private static String wrongCode(Factor factor) {
    return switch (factor.type()) {
      case TOTP -> "Invalid TOTP code entered";
      case PHONE -> "Invalid MFA Phone code entered";
      case WEBAUTHN -> "Invalid credential_response";
    };
  }

  private static void requireProof(Factor factor, JsonBody body) {
    if (factor.type() == FactorType.WEBAUTHN) {
      WebAuthnFactors.requireAnswer(factor, body.inner("webauthn"));
    } else if (body.text("code").isEmpty()) {
      throw AuthError.invalid("Code needs to be non-empty");
    }
  }

  private Optional<PublicKey> proof(
      AuthRequest authRequest, Factor factor, Row challenge, JsonBody body) {
    requireEnabled(factor.type(), Use.VERIFY);
    var asked = challenge.row("web_authn_session_data").text("challenge");
    return asked.isEmpty()
        ? Optional.empty()
        : webAuthn.proof(authRequest, factor, asked, body.inner("webauthn"));
  }

  private static void checkChallenge(AuthRequest authRequest, Row challenge) {
    var began = challenge.instant("created_at");
    if (began == null || authRequest.now().isAfter(began.plus(CHALLENGE_LIFE))) {
      throw AuthError.unprocessable(
          AuthCode.MFA_CHALLENGE_EXPIRED,
          "MFA challenge "
              + challenge.text("id")
              + " has expired, verify against another challenge or create a new challenge.");
    }
    var ip = authRequest.ip().isEmpty() ? "0.0.0.0" : authRequest.ip();
    if (!challenge.text("ip").equals(ip)) {
      throw AuthError.unprocessable(
          AuthCode.MFA_IP_ADDRESS_MISMATCH, "Challenge and verify IP addresses mismatch.");
    }
  }

  /// The step the code belongs to, 0 for a code that was sent, or -1.
  private static long match(AuthRequest authRequest, Factor factor, Row challenge, String code) {
    if (factor.type() == FactorType.TOTP) {
      return Totp.of(factor.secret()).matches(code, authRequest.now());
    }
    var hash = OneTimeTokens.hash(authRequest.project(), factor.phone(), code);
    return Crypto.same(hash, challenge.text("otp_code")) ? 0 : -1;
  }

  private Optional<ApiException> hookRefusal(
      Transaction tx, AuthRequest authRequest, SignedIn signedIn, Factor factor, boolean valid) {
    var input =
        new Fields()
            .put("factor_id", factor.id().toString())
            .put("factor_type", factor.type().wire())
            .put("user_id", signedIn.user().id().toString())
            .put("valid", valid);
    return hooks
        .ask(tx, authRequest, Hooks.Point.MFA_VERIFICATION_ATTEMPT, input)
        .map(JsonBody::new)
        .filter(answer -> answer.text("decision").equals("reject"))
        .map(
            answer -> {
              new Revocations(tx).after(AccountEvent.SIGNED_OUT, signedIn.user().id());
              var message = answer.text("message");
              return AuthError.forbidden(
                  AuthCode.MFA_VERIFICATION_REJECTED,
                  message.isEmpty()
                      ? "Further MFA verification attempts will be rejected."
                      : message);
            });
  }

  private IssuedSession raised(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      SignedIn signedIn,
      Factor factor,
      Challenges rows) {
    var user = signedIn.user();
    var session = signedIn.sessionOrThrow();
    var sessions = new Sessions(tx);
    if (!factor.verified()) {
      rows.verify(factor.id());
      messages.notice(
          tx,
          outbox,
          authRequest,
          user,
          MailKind.MFA_FACTOR_ENROLLED,
          new Fields().put("FactorType", factor.type().wire()),
          user.email());
    }
    sessions.addMethod(session.id(), factor.type().method());
    sessions.raise(session.id(), factor.id());
    new Revocations(tx).after(AccountEvent.FACTOR_VERIFIED, user.id(), Optional.of(session.id()));
    rows.deleteOtherUnverified(user.id(), factor.id(), factor.type());
    audit.write(tx, authRequest, Audit.Action.LOGIN, user, named(factor.id()));
    var refresh = refreshTokens.replace(tx, session.id(), user.id());
    return issuer.issue(
        tx,
        authRequest,
        new Users(tx).get(user.id()),
        sessions.byId(session.id()).orElseThrow(),
        refresh,
        factor.type().method());
  }

  JsonNode unenroll(AuthRequest authRequest, String factorId) {
    return delivery.write(
        authRequest,
        (tx, outbox) -> {
          var signedIn = bearers.requireNamed(tx, authRequest);
          var factor = requireOwn(signedIn, factorId);
          if (factor.verified() && !signedIn.strongEnough()) {
            throw AuthError.unprocessable(
                AuthCode.INSUFFICIENT_AAL, "AAL2 required to unenroll verified factor");
          }
          remove(tx, factor);
          audit.write(
              tx, authRequest, Audit.Action.FACTOR_UNENROLLED, signedIn.user(), named(factor.id()));
          messages.notice(
              tx,
              outbox,
              authRequest,
              signedIn.user(),
              MailKind.MFA_FACTOR_UNENROLLED,
              new Fields().put("FactorType", factor.type().wire()),
              signedIn.user().email());
          return new Fields().put("id", factorId).node();
        });
  }

  /// Sessions fall back before the factor goes, for they are found by it.
  public static void remove(Transaction tx, Factor factor) {
    new Sessions(tx).lower(factor.userId(), factor.id());
    new Revocations(tx).after(AccountEvent.FACTOR_REMOVED, factor.userId());
    new Challenges(tx).deleteFactor(factor.id());
  }

  private static Factor requireOwn(SignedIn signedIn, String factorId) {
    var id = uuid(factorId);
    return signedIn.user().factors().stream()
        .filter(f -> f.id().equals(id))
        .findFirst()
        .orElseThrow(Factors::noFactor);
  }

  /// Somebody who knows the password alone may have begun a factor before its owner verified
  /// another one: it counts for nothing until the owner's is shown.
  private static Factor requireUsable(SignedIn signedIn, String factorId) {
    var factor = requireOwn(signedIn, factorId);
    if (!factor.verified() && !signedIn.strongEnough()) {
      throw AuthError.forbidden(AuthCode.INSUFFICIENT_AAL, "AAL2 required to verify a new factor");
    }
    return factor;
  }

  private static UUID challengeId(String text) {
    return text.isEmpty()
        ? new UUID(0, 0)
        : Uuids.parse(text)
            .orElseThrow(
                () ->
                    AuthError.badRequest(
                        AuthCode.BAD_JSON,
                        "Could not parse request body as JSON: challenge_id is not an UUID"));
  }

  static UUID uuid(String text) {
    return Uuids.parse(text)
        .orElseThrow(
            () -> AuthError.notFound(AuthCode.VALIDATION_FAILED, "factor_id must be an UUID"));
  }

  public static JsonNode named(UUID factor) {
    return new Fields().put("factor_id", factor.toString()).node();
  }

  private void requireEnabled(FactorType type, Use use) {
    boolean isEnabled =
        switch (type) {
          case TOTP -> settings.totp();
          case PHONE -> settings.phone();
          case WEBAUTHN -> settings.webauthn();
        };
    if (!isEnabled) {
      // such as MFA_TOTP_ENROLL_NOT_ENABLED
      var code = AuthCode.valueOf("MFA_%s_%s_NOT_ENABLED".formatted(type, use));
      throw AuthError.unprocessable(
          code, "MFA %s is disabled for %s".formatted(use.text, type.title()));
    }
  }

  static ApiException noFactor() {
    return AuthError.notFound(AuthCode.MFA_FACTOR_NOT_FOUND, "Factor not found");
  }

  private static ApiException noChallenge() {
    return AuthError.unprocessable(
        AuthCode.MFA_FACTOR_NOT_FOUND, "MFA factor with the provided challenge ID not found");
  }
}

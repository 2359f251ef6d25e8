package io.stabbur.auth.session;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.User;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Exchanges a refresh token for a new pair. Only one exchange of a session runs at a time; the
/// others come again a little later, without holding a connection while they wait.
///
/// A client that lost an answer may send its old token again at any later time: as long as the
/// token is the parent of the newest one, it is given the newest one.
@Singleton
public final class RefreshGrant implements TokenGrant {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private final TokenSettings settings;
  private final Issuer issuer;
  private final Audit audit;

  RefreshGrant(TokenSettings settings, Issuer issuer, Audit audit) {
    this.settings = settings;
    this.issuer = issuer;
    this.audit = audit;
  }

  /// How one try ended. A refusal is an outcome, not an exception, when what was done must stay.
  private sealed interface Outcome {
    record Renewed(IssuedSession session) implements Outcome {}

    record Refused(ApiException error) implements Outcome {}

    record Locked() implements Outcome {}
  }

  @Override
  public String name() {
    return "refresh_token";
  }

  @Override
  public HttpResponse<?> grant(AuthRequest authRequest, JsonBody body) {
    return Replies.session(refresh(authRequest, body.text("refresh_token"), Optional.empty()));
  }

  /// For an OAuth client, or for the project's own apps where there is none.
  ///
  /// @param client the OAuth client that asks and has proved to be itself
  public IssuedSession refresh(AuthRequest authRequest, String text, Optional<UUID> client) {
    if (text.isEmpty()) {
      throw AuthError.invalid("refresh_token required");
    }
    var token =
        RefreshToken.parse(text).orElseThrow(() -> AuthError.invalid("Refresh token is not valid"));
    var until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      switch (authRequest.<Outcome>write(tx -> attempt(tx, authRequest, token, client))) {
        case Outcome.Renewed(var session) -> {
          return session;
        }
        case Outcome.Refused(var error) -> throw error;
        case Outcome.Locked() -> pause();
      }
    }
    throw AuthError.refuse(
        409,
        AuthCode.CONFLICT,
        "Too many concurrent token refresh requests on the same session or refresh token");
  }

  private Outcome attempt(
      Transaction tx, AuthRequest authRequest, RefreshToken token, Optional<UUID> client) {
    var issuing = issuer.in(tx, authRequest);
    var rows = new RefreshRows(tx);
    var locked = rows.lock(token);
    var found = rows.family(token);
    if (!locked.get()) {
      return rows.exists(token) ? new Outcome.Locked() : new Outcome.Refused(notFound());
    }
    var family = found.orElseThrow(RefreshGrant::notFound);
    var stranger = stranger(family.session().clientId(), client);
    if (stranger.isPresent()) {
      return new Outcome.Refused(
          new ApiException(new AuthError.OAuth("invalid_client", stranger.get())));
    }
    var user = family.user();
    if (user.banned(authRequest.now())) {
      return refused(AuthCode.USER_BANNED, "Invalid Refresh Token: User Banned");
    }
    var ended = ended(tx, authRequest, family);
    if (ended.isPresent()) {
      return refused(AuthCode.SESSION_EXPIRED, "Invalid Refresh Token: " + ended.get());
    }
    return switch (token) {
      case RefreshToken.Opaque opaque -> opaque(authRequest, rows, issuing, family, opaque);
      case RefreshToken.Counted counted -> counted(authRequest, rows, issuing, family, counted);
    };
  }

  /// A session is refreshed by the program it is for, and by no other.
  private static Optional<String> stranger(@Nullable UUID owner, Optional<UUID> client) {
    if (Optional.ofNullable(owner).equals(client)) {
      return Optional.empty();
    }
    if (owner == null) {
      return Optional.of("Client authentication not allowed for non-OAuth session");
    }
    return Optional.of(
        client.isEmpty()
            ? "Client authentication required for OAuth session"
            : "Client does not match the session's OAuth client");
  }

  /// The session that a refresh token belongs to.
  public Optional<UUID> sessionOf(Transaction tx, String text) {
    return RefreshToken.parse(text).flatMap(token -> new RefreshRows(tx).sessionOf(token));
  }

  private Outcome opaque(
      AuthRequest authRequest,
      RefreshRows rows,
      Issuer.Issuing issuing,
      Family family,
      RefreshToken.Opaque token) {
    if (family.tokenRevoked()) {
      if (family.activeParent().equals(token.text())) {
        audit.write(rows.tx(), authRequest, Audit.Action.TOKEN_REFRESHED, family.user());
        return renewed(authRequest, rows, issuing, family, family.activeToken());
      }
      // without an active token the whole family was revoked, and no interval brings it back
      if (family.activeToken().isEmpty()
          || authRequest
              .now()
              .isAfter(family.tokenUpdatedAt().plus(settings.refreshReuseInterval()))) {
        if (settings.refreshRotation()) {
          rows.revokeAll(family.session().id());
        }
        return alreadyUsed();
      }
    }
    if (settings.refreshFormat() == 2) {
      audit.write(rows.tx(), authRequest, Audit.Action.TOKEN_REFRESHED, family.user());
      rows.revoke(token);
      return renewed(authRequest, rows, issuing, family, rows.upgrade(family.session()).text());
    }
    // wire: inside the reuse interval an old token gets a child of its own, as the original gives
    // it
    var entries =
        audit.entries(
            authRequest, family.user(), Audit.Action.TOKEN_REFRESHED, Audit.Action.TOKEN_REVOKED);
    return issued(issuing, family, rows.swap(token, family, authRequest, entries).text());
  }

  private Outcome counted(
      AuthRequest authRequest,
      RefreshRows rows,
      Issuer.Issuing issuing,
      Family family,
      RefreshToken.Counted token) {
    var key = family.counterKey();
    if (key.isEmpty() || !token.signedWith(Base64.getUrlDecoder().decode(key))) {
      return new Outcome.Refused(notFound());
    }
    long behind = family.counter() - token.counter();
    if (behind < 0) {
      return new Outcome.Refused(
          AuthError.invalid("Invalid Refresh Token: Not Issued By This Server"));
    }
    var refreshed = family.session().lastRefreshed(null);
    boolean atOnce =
        Duration.between(refreshed, authRequest.now())
                .abs()
                .compareTo(settings.refreshReuseInterval())
            < 0;
    if (behind > 1 && !atOnce) {
      if (settings.refreshRotation()) {
        new Sessions(rows.tx()).end(family.session().id());
      }
      return alreadyUsed();
    }
    long next = behind == 0 ? rows.count(family.session().id()) : family.counter();
    audit.write(rows.tx(), authRequest, Audit.Action.TOKEN_REFRESHED, family.user());
    var signed =
        RefreshToken.Counted.sign(family.session().id(), next, Base64.getUrlDecoder().decode(key));
    return renewed(authRequest, rows, issuing, family, signed.text());
  }

  private Outcome renewed(
      AuthRequest authRequest,
      RefreshRows rows,
      Issuer.Issuing issuing,
      Family family,
      String refresh) {
    rows.touch(family.session().id(), authRequest);
    return issued(issuing, family, refresh);
  }

  private static Outcome issued(Issuer.Issuing issuing, Family family, String refresh) {
    return new Outcome.Renewed(
        issuing.issue(family.user(), family.session(), refresh, "token_refresh"));
  }

  private Optional<String> ended(Transaction tx, AuthRequest authRequest, Family family) {
    var session = family.session();
    var ended =
        session.ended(settings, authRequest.now(), family.tokenUpdatedAtOrNull(), family.user());
    if (ended.isPresent() || !settings.singleSession()) {
      return ended;
    }
    var mine = session.lastRefreshed(family.tokenUpdatedAtOrNull());
    return new Sessions(tx)
        .ofUser(family.user().id()).stream()
            .filter(other -> !other.id().equals(session.id()))
            .filter(other -> lives(other, authRequest.now(), family.user()))
            .filter(other -> other.lastRefreshed(null).isAfter(mine))
            .findFirst()
            .map(_ -> "Session Expired (Revoked by Newer Login)");
  }

  private boolean lives(Session session, Instant now, User user) {
    return session.ended(settings, now, null, user).isEmpty();
  }

  private static void pause() {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(10, 30));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw AuthError.unexpected("The server is stopping");
    }
  }

  private static Outcome refused(AuthCode code, String message) {
    return new Outcome.Refused(AuthError.badRequest(code, message));
  }

  private static Outcome alreadyUsed() {
    return refused(AuthCode.REFRESH_TOKEN_ALREADY_USED, "Invalid Refresh Token: Already Used");
  }

  private static ApiException notFound() {
    return AuthError.badRequest(
        AuthCode.REFRESH_TOKEN_NOT_FOUND, "Invalid Refresh Token: Refresh Token Not Found");
  }
}

package io.stabbur.auth.session;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.FactorType;
import io.stabbur.auth.account.User;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `auth.sessions` with the methods it was strengthened by.
public record Session(Row row, List<Method> methods) {
  /// One proof of identity: how and when.
  public record Method(String name, long timestamp) {
    boolean isSecondFactor() {
      return Arrays.stream(FactorType.values()).anyMatch(type -> type.method().equals(name));
    }
  }

  /// One that was read as [Sessions#AS_JSON].
  static Session within(Row told) {
    return of(told.row("session"), told.rows("methods"));
  }

  static Session of(Row session, List<Row> methods) {
    return new Session(
        session,
        methods.stream().map(m -> new Method(m.text("method"), m.number("timestamp"))).toList());
  }

  public UUID id() {
    return row.uuid("id");
  }

  public UUID userId() {
    return row.uuid("user_id");
  }

  public Instant createdAt() {
    var at = row.instant("created_at");
    return at == null ? Instant.EPOCH : at;
  }

  public @Nullable UUID factorId() {
    return row.maybeUuid("factor_id");
  }

  /// The OAuth client the session is for; null for the project's own apps.
  public @Nullable UUID clientId() {
    return row.maybeUuid("oauth_client_id");
  }

  /// What that client may learn, as a `scope` parameter.
  public String scopes() {
    return row.text("scopes");
  }

  /// `aal2` once a second factor was shown.
  public String aal() {
    return methods.stream().anyMatch(Method::isSecondFactor) ? "aal2" : "aal1";
  }

  /// Whether this session began with a mailed link or code, and so cannot know a password.
  public boolean isRecovery() {
    return methods.stream().anyMatch(m -> List.of("otp", "magiclink", "recovery").contains(m.name));
  }

  /// The `amr` claim, newest first.
  JsonNode amr(User user) {
    var provider = ssoProvider(user);
    var entries = new ArrayList<JsonNode>();
    methods.stream()
        .sorted((a, b) -> Long.compare(b.timestamp, a.timestamp))
        .forEach(
            m -> {
              var entry = new Fields().put("method", m.name).put("timestamp", m.timestamp);
              if (m.name.equals("sso/saml")) {
                provider.ifPresent(id -> entry.put("provider", id));
              }
              entries.add(entry.node());
            });
    return JsonNode.createArrayNode(entries);
  }

  /// When it was last refreshed, else when the given token was written, else when it began.
  Instant lastRefreshed(@Nullable Instant tokenUpdatedAt) {
    var refreshed = row.instant("refreshed_at");
    if (refreshed != null) {
      return refreshed;
    }
    return tokenUpdatedAt != null && tokenUpdatedAt.isAfter(createdAt())
        ? tokenUpdatedAt
        : createdAt();
  }

  /// Why the session has ended, by the words clients see; empty while it lives.
  Optional<String> ended(
      TokenSettings limits, Instant now, @Nullable Instant tokenUpdatedAt, User user) {
    var notAfter = row.instant("not_after");
    if ((notAfter != null && now.isAfter(notAfter))
        || past(createdAt(), limits.sessionTimebox(), now)) {
      return Optional.of("Session Expired");
    }
    if (past(lastRefreshed(tokenUpdatedAt), limits.sessionInactivity(), now)) {
      return Optional.of("Session Expired (Inactivity)");
    }
    if (aal().equals("aal1")
        && user.hasVerifiedFactor()
        && past(createdAt(), limits.sessionLowAal(), now)) {
      return Optional.of("Session Expired (Low AAL: User Needs MFA Verification)");
    }
    return Optional.empty();
  }

  private static boolean past(Instant from, @Nullable Duration limit, Instant now) {
    return limit != null && !limit.isZero() && now.isAfter(from.plus(limit));
  }

  private static Optional<String> ssoProvider(User user) {
    return user.identities().size() == 1 && user.identities().getFirst().isSso()
        ? Optional.of(user.identities().getFirst().provider().substring("sso:".length()))
        : Optional.empty();
  }
}

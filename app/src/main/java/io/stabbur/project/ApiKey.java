package io.stabbur.project;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An API key as the store knows it: by its hash. The text is known only where it is no secret.
///
/// @param prefix the beginning of the key, by which a person recognises it
/// @param publicKey the key itself, if it may be public
/// @param isAsleep whether it came with the dump of another database and was not confirmed
public record ApiKey(
    UUID id,
    String name,
    Kind kind,
    String hash,
    String prefix,
    @Nullable String publicKey,
    Instant createdAt,
    @Nullable Instant revokedAt,
    boolean isAsleep) {

  /// What a key is, and the database role it stands for.
  public enum Kind {
    /// `sb_publishable_…`, for apps.
    PUBLISHABLE("anon"),
    /// `sb_secret_…`, for servers.
    SECRET("service_role"),
    /// The older form of a publishable key: a token with the role `anon`.
    ANON("anon"),
    /// The older form of a secret key: a token with the role `service_role`.
    SERVICE_ROLE("service_role");

    private final String role;

    Kind(String role) {
      this.role = role;
    }

    public String role() {
      return role;
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// Whether the key may be in an app that everybody can take apart.
    public boolean isPublic() {
      return this == PUBLISHABLE || this == ANON;
    }

    /// The name the key file has for the key of the first start.
    String entry() {
      return wire() + "_key";
    }

    public static Optional<Kind> of(String wire) {
      for (var kind : values()) {
        if (kind.wire().equals(wire)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  public boolean isRevoked() {
    return revokedAt != null;
  }

  /// Whether it opens anything: it was not revoked, and is this database's own.
  public boolean counts() {
    return !isRevoked() && !isAsleep;
  }
}

package io.stabbur.auth.session;

import io.stabbur.auth.account.User;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a new session is made from.
///
/// @param method how the user proved to be themselves, as the `amr` claim names it
/// @param factorId the second factor that was shown, if one was
/// @param notAfter when the identity provider wants the session to end
/// @param client the program of others that the session is for
public record Grant(
    User user,
    String method,
    @Nullable UUID factorId,
    @Nullable Instant notAfter,
    @Nullable Client client) {
  /// A program that was let in, with the scopes it was given.
  public record Client(UUID id, String scopes) {}

  public Grant(User user, String method, @Nullable UUID factorId, @Nullable Instant notAfter) {
    this(user, method, factorId, notAfter, null);
  }

  public static Grant of(User user, String method) {
    return new Grant(user, method, null, null);
  }

  /// For an OAuth client.
  public static Grant ofClient(User user, String method, UUID client, String scopes) {
    return new Grant(user, method, null, null, new Client(client, scopes));
  }
}

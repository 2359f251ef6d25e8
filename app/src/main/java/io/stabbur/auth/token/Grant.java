package io.stabbur.auth.token;

import io.stabbur.auth.user.User;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a new session is made from.
///
/// @param method how the user proved to be themselves, as the `amr` claim names it
/// @param factorId the second factor that was shown, if one was
/// @param notAfter when the identity provider wants the session to end
public record Grant(User user, String method, @Nullable UUID factorId, @Nullable Instant notAfter) {
  public static Grant of(User user, String method) {
    return new Grant(user, method, null, null);
  }
}

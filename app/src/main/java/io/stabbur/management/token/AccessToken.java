package io.stabbur.management.token;

import io.stabbur.platform.crypto.Crypto;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A token of the management API as the database knows it: its text is known to its holder alone.
///
/// @param isAsleep whether it came with the dump of another database and was not confirmed
public record AccessToken(
    UUID id,
    String name,
    Instant createdAt,
    Instant expiresAt,
    @Nullable Instant revokedAt,
    @Nullable Instant lastUsedAt,
    boolean isAsleep) {
  // the form that Supabase's command insists on
  private static final Pattern TEXT = Pattern.compile("sbp_[0-9a-f]{40}");
  private static final int BYTES = 20;

  /// The text of a new token.
  static String freshText() {
    return "sbp_" + HexFormat.of().formatHex(Crypto.random(BYTES));
  }

  /// Whether a text can be a token.
  public static boolean isWellFormed(String text) {
    return TEXT.matcher(text).matches();
  }
}

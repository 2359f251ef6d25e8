package io.stabbur.auth.oauth;

import io.stabbur.auth.request.Row;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// Programs without a browser that wait to be let in, inside one transaction. A code that is shown
/// has twenty consonants to choose from eight times: neither words nor look-alikes, and too many to
/// try while it is good.
record Devices(Transaction tx) {
  private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
  private static final int LENGTH = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  /// One that waits: its own code, which it keeps to itself, and the one it shows.
  record Begun(String deviceCode, String userCode) {}

  /// One that asks whether it was let in.
  ///
  /// @param tooSoon whether it should have waited longer
  record Asking(String authorizationId, boolean tooSoon) {}

  Begun begin(String authorizationId, Instant now, Instant expires, int seconds) {
    var begun = new Begun(Crypto.randomText(32), freshUserCode());
    tx.update(
        Statement.of(
            """
            with old as (delete from stabbur_auth.oauth_devices where expires_at < ?)
            insert into stabbur_auth.oauth_devices
              (device_hash, user_code, authorization_id, seconds, expires_at)
            values (?, ?, ?, ?, ?)\
            """,
            now.minusSeconds(3600),
            OAuthClient.hash(begun.deviceCode),
            begun.userCode,
            authorizationId,
            seconds,
            expires));
    return begun;
  }

  private static String freshUserCode() {
    var code = new StringBuilder();
    for (int i = 0; i < LENGTH; i++) {
      code.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return code.toString();
  }

  /// How a code is shown: `BCDF-GHJK`.
  static String shown(String userCode) {
    return userCode.substring(0, LENGTH / 2) + '-' + userCode.substring(LENGTH / 2);
  }

  /// The authorization behind a code that somebody typed.
  Optional<String> authorization(String typed, Instant now) {
    return tx.first(
        Statement.of(
            """
            select authorization_id from stabbur_auth.oauth_devices
            where user_code = ? and expires_at > ?\
            """,
            typed.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", ""),
            now),
        rows -> rows.getString(1));
  }

  /// Notes that a device asks; one that asks too soon has to wait five seconds longer from then on
  /// (RFC 8628, 3.5).
  Optional<Asking> ask(String deviceCode, Instant now) {
    return tx.first(
            Statement.of(
                """
                with before as (
                  select device_hash, coalesce(asked_at > ?::timestamptz - seconds * interval '1 second', false)
                    as soon
                  from stabbur_auth.oauth_devices where device_hash = ? for update)
                update stabbur_auth.oauth_devices d
                set asked_at = ?, seconds = seconds + case when b.soon then 5 else 0 end
                from before b where d.device_hash = b.device_hash
                returning jsonb_build_object('authorization_id', d.authorization_id, 'soon', b.soon)::text\
                """,
                now,
                OAuthClient.hash(deviceCode),
                now),
            Row::read)
        .map(row -> new Asking(row.text("authorization_id"), row.flag("soon")));
  }

  void delete(String deviceCode) {
    tx.update(
        Statement.of(
            "delete from stabbur_auth.oauth_devices where device_hash = ?",
            OAuthClient.hash(deviceCode)));
  }
}

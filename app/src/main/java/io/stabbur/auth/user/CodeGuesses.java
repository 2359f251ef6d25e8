package io.stabbur.auth.user;

import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// How many codes may be tried before trying is over: few enough that a code of six digits is not
/// found by guessing, from however many networks. Every try counts as wrong before it is looked at,
/// in a transaction of its own, so that a thousand tries at once are no more than one after
/// another.
public record CodeGuesses(Transaction tx) {
  static final int FOR_ONE_TOKEN = 10;
  static final int IN_A_DAY = 50;
  private static final Duration DAY = Duration.ofDays(1);
  private static final int DECOYS = 1024;

  /// Counts a try; whether it may still succeed.
  ///
  /// @param token what is being guessed: another one makes a new beginning within the day's limit
  public boolean count(UUID subject, String kind, String token, Instant now) {
    tx.update(
        Statement.of(
            "delete from stabbur_auth.wrong_codes where since < ? and subject <> ?",
            now.minus(DAY.multipliedBy(2)),
            subject));
    return tx.first(
            new SqlText()
                .add("insert into stabbur_auth.wrong_codes as w")
                .add(" (subject, kind, token, wrong, wrong_in_all, since) values (")
                .value(subject)
                .add(", ")
                .value(kind)
                .add(", ")
                .value(token)
                .add(", 1, 1, ")
                .value(now)
                .add(") on conflict (subject, kind) do update set token = excluded.token,")
                .add(" wrong = case when w.token = excluded.token then w.wrong + 1 else 1 end,")
                .add(" wrong_in_all = case when w.since < excluded.since - interval '1 day'")
                .add(" then 1 else w.wrong_in_all + 1 end,")
                .add(" since = case when w.since < excluded.since - interval '1 day'")
                .add(" then excluded.since else w.since end")
                .add(" returning wrong <= ")
                .value(FOR_ONE_TOKEN)
                .add(" and wrong_in_all <= ")
                .value(IN_A_DAY)
                .statement(),
            rows -> rows.getBoolean(1))
        .orElse(false);
  }

  /// The same work for an address for which no code is out, so that time does not tell.
  void countNobody(String address, Instant now) {
    int which = Math.floorMod(address.hashCode(), DECOYS);
    var nobody = UUID.nameUUIDFromBytes(("nobody " + which).getBytes(StandardCharsets.US_ASCII));
    var _ = count(nobody, "nobody", "", now);
  }

  /// The right code was shown.
  public void forget(UUID subject, String kind) {
    tx.update(
        Statement.of(
            "delete from stabbur_auth.wrong_codes where subject = ? and kind = ?", subject, kind));
  }
}

package io.stabbur.auth.code;

import io.stabbur.auth.request.AuthRequest;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.http.Networks;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

/// How many codes may be tried before trying is over: few enough that a code of six digits is not
/// found by guessing, from however many networks. Every try counts as wrong before it is looked at,
/// in a transaction of its own, so that a thousand tries at once are no more than one after
/// another.
///
/// Codes that anybody may try are counted by network as well: no network alone uses up the tries of
/// an account, and where the right code was shown before, what others do elsewhere does not count.
public record CodeGuesses(Transaction tx) {
  static final int FOR_ONE_TOKEN = 10;
  static final int IN_A_DAY = 50;
  static final int IN_A_DAY_FROM_ONE_NETWORK = 20;
  static final int IN_A_DAY_FROM_ELSEWHERE = 200;
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration NETWORKS_KEPT = Duration.ofDays(180);
  private static final String EVERYWHERE = "";
  private static final int DECOYS = 1024;
  private static final String COUNT = SqlFile.of(CodeGuesses.class, "count-wrong");

  /// The tries so far, this one included.
  private record Tally(int forToken, int inADay, boolean proved) {
    boolean within(int most) {
      return forToken <= FOR_ONE_TOKEN && inADay <= most;
    }
  }

  /// Counts a try of somebody who is signed in; whether it may still succeed.
  ///
  /// @param token what is being guessed: another one makes a new beginning within the day's limit
  public boolean count(UUID subject, String kind, String token, Instant now) {
    boolean may = note(subject, kind, EVERYWHERE, token, 1, now).within(IN_A_DAY);
    forgetOld(now);
    return may;
  }

  /// Counts a try of anybody; whether it may still succeed.
  public boolean count(AuthRequest authRequest, UUID subject, String kind, String token) {
    return count(network(authRequest), subject, kind, token, authRequest.now());
  }

  /// The network's row is locked before the row of all networks, here and in [#proved].
  private boolean count(String network, UUID subject, String kind, String token, Instant now) {
    var here = note(subject, kind, network, token, 1, now);
    boolean few = here.within(IN_A_DAY_FROM_ONE_NETWORK);
    var everywhere = note(subject, kind, EVERYWHERE, token, few && !here.proved ? 1 : 0, now);
    return few && (here.proved || everywhere.within(IN_A_DAY_FROM_ELSEWHERE));
  }

  /// The same work for an address for which no code is out, so that time does not tell.
  public void countNobody(String address, Instant now) {
    int which = Math.floorMod(address.hashCode(), DECOYS);
    var nobody = UUID.nameUUIDFromBytes(("nobody " + which).getBytes(StandardCharsets.US_ASCII));
    var _ = count("nowhere", nobody, "nobody", "", now);
  }

  private Tally note(
      UUID subject, String kind, String network, String token, int tries, Instant now) {
    return tx.first(
            Statement.of(
                COUNT,
                subject,
                kind,
                network,
                token,
                tries,
                tries,
                now,
                now.plus(DAY.multipliedBy(2))),
            rows ->
                new Tally(
                    rows.getInt(1),
                    rows.getInt(2),
                    rows.getObject(3, OffsetDateTime.class) != null))
        .orElseThrow();
  }

  /// Somebody who is signed in showed the right code.
  public void forget(UUID subject, String kind) {
    tx.update(
        Statement.of(
            "delete from stabbur_auth.wrong_codes where subject = ? and kind = ?", subject, kind));
  }

  /// Nothing is kept of an account that is removed.
  public void forget(UUID subject) {
    tx.update(Statement.of("delete from stabbur_auth.wrong_codes where subject = ?", subject));
  }

  /// The right code was shown from there: that try was no wrong one, and the network is known.
  public void proved(AuthRequest authRequest, UUID subject, String kind) {
    var network = network(authRequest);
    boolean known =
        tx.first(
                Statement.of(
                    """
                    update stabbur_auth.wrong_codes w
                    set wrong = 0, wrong_in_all = 0, proved_at = ?, forget_at = ?
                    from (
                      select subject, kind, network, proved_at from stabbur_auth.wrong_codes
                      where subject = ? and kind = ? and network = ? for update) before
                    where (w.subject, w.kind, w.network) = (before.subject, before.kind, before.network)
                    returning before.proved_at is not null\
                    """,
                    authRequest.now(),
                    authRequest.now().plus(NETWORKS_KEPT),
                    subject,
                    kind,
                    network),
                rows -> rows.getBoolean(1))
            .orElse(true);
    if (!known) {
      forgiveOne(subject, kind);
    }
  }

  /// Takes one wrong code from the count of all networks together.
  private void forgiveOne(UUID subject, String kind) {
    tx.update(
        Statement.of(
            """
            update stabbur_auth.wrong_codes set wrong = wrong - 1, wrong_in_all = wrong_in_all - 1
            where subject = ? and kind = ? and network = '' and wrong > 0\
            """,
            subject,
            kind));
  }

  /// The last thing a transaction does here, past rows that others hold: so nobody waits for
  /// somebody who waits.
  public void forgetOld(Instant now) {
    tx.update(
        Statement.of(
            """
            delete from stabbur_auth.wrong_codes where (subject, kind, network) in (
              select subject, kind, network from stabbur_auth.wrong_codes
              where forget_at < ? limit 100 for update skip locked)\
            """,
            now));
  }

  /// As a keyed hash, since who came from where is nobody's business. Of IPv6 the part that a
  /// customer is given at most.
  private static String network(AuthRequest authRequest) {
    var key = authRequest.project().keys().masterKey().bytes();
    var network = Networks.of(authRequest.ip(), 6);
    return Crypto.base64Url(
        Crypto.hmacSha256(key, ("code from " + network).getBytes(StandardCharsets.UTF_8)));
  }
}

package io.stabbur.identity;

import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What Postgres is asked about a caller's token before the statements of each transaction, in the
/// same exchange. A request is refused whose account is banned or deleted, whose session has ended,
/// which names an organisation that the caller is no longer in, or which lacks a second factor that
/// it needs; memberships that have changed are read anew into the claims.
///
/// @param when how often the tables are looked at
/// @param organization whether a membership that is gone refuses the request, or gives no access
/// @param issuer who made the token: sessions are known of the project's own
/// @param factor whether an account with a verified factor needs a session with one
public record TokenCheck(When when, Organization organization, Issuer issuer, Factor factor) {
  /// Nothing is asked.
  public static final TokenCheck NONE =
      new TokenCheck(When.NEVER, Organization.OF_TOKEN, Issuer.PROJECT, Factor.OPTIONAL);

  /// When the account, its sessions and memberships are looked at.
  public enum When {
    NEVER,
    /// If the account has a second factor and the session has none.
    IF_FACTOR,
    /// If something was noted about the account since the token was made: one index lookup.
    IF_CHANGED,
    ALWAYS
  }

  /// Where the organisation of the claims comes from.
  public enum Organization {
    OF_TOKEN,
    NAMED
  }

  /// Who made the token.
  public enum Issuer {
    PROJECT,
    TRUSTED
  }

  /// What is asked of an account with a verified factor.
  public enum Factor {
    OPTIONAL,
    REQUIRED
  }

  /// A token made up to so long after a change may not have it: clocks differ, and a change counts
  /// when its transaction ends. The migration 0480_account_changes relies on half of it.
  private static final Duration MARGIN = Duration.ofHours(1);

  /// The same check, for an organisation that the request names.
  public TokenCheck named() {
    return new TokenCheck(when, Organization.NAMED, issuer, factor);
  }

  /// The same check, which looks at the tables in any case.
  public TokenCheck always() {
    return new TokenCheck(When.ALWAYS, organization, issuer, factor);
  }

  /// The actor, whose transactions begin with this check of the claims.
  Actor on(Actor actor, Claims claims) {
    return switch (when) {
      case NEVER -> actor;
      case IF_FACTOR, IF_CHANGED -> actor.checkedBy(ifNoted(claims));
      case ALWAYS -> {
        var values = new ArrayList<@Nullable Object>();
        values.add(account(claims));
        yield actor.checkedBy(new Statement(confirm("?", claims, values), values));
      }
    };
  }

  /// `(select stabbur.confirm_caller(c.account, …) from stabbur.account_changes c where …)`: one
  /// index lookup, and the call only for a row that it finds. What a project's requests have in
  /// common is part of the text, since each value that is bound costs every request.
  private Statement ifNoted(Claims claims) {
    var values = new ArrayList<@Nullable Object>();
    var text =
        new StringBuilder(200).append("(select ").append(confirm("c.account", claims, values));
    text.append(" from stabbur.account_changes c where c.account=? and (");
    values.add(account(claims));
    if (when == When.IF_CHANGED) {
      text.append("c.changed_at>pg_catalog.to_timestamp(?)");
      values.add(sinceSecond(claims));
      text.append(claims.hasSecondFactor() ? "" : " or c.has_factor");
    } else {
      text.append(claims.hasSecondFactor() ? "false" : "c.has_factor");
    }
    return new Statement(text.append(") limit 1)").toString(), values);
  }

  private String confirm(String account, Claims claims, List<@Nullable Object> values) {
    var session = session(claims);
    if (session != null) {
      values.add(UUID.fromString(session));
    }
    return "stabbur.confirm_caller("
        + account
        + (session == null ? ",null," : ",?,")
        + isNamed()
        + ','
        + needsFactor(claims)
        + ')';
  }

  private static UUID account(Claims claims) {
    return claims.id("sub").map(UUID::fromString).orElseThrow();
  }

  /// The values of the check as `stabbur.ask_many` takes them: account, since when a change counts,
  /// whether a factor that the account has counts, session, whether a lost membership refuses,
  /// whether a second factor is needed. Of a check that looks at noted changes alone.
  public Statement noted(Claims claims) {
    return Statement.of(
        "",
        claims.text("sub").orElse(""),
        when == When.IF_FACTOR ? OffsetDateTime.MAX : since(claims),
        !claims.hasSecondFactor(),
        session(claims),
        isNamed(),
        needsFactor(claims));
  }

  /// Whether the tables are looked at where something was noted about the account.
  public boolean looksAtNotes() {
    return when == When.IF_FACTOR || when == When.IF_CHANGED;
  }

  private static OffsetDateTime since(Claims claims) {
    var made = claims.number("iat");
    return made == null || made < 0
        ? OffsetDateTime.MIN
        : Instant.ofEpochSecond(made).minus(MARGIN).atOffset(ZoneOffset.UTC);
  }

  /// The same, in seconds since 1970.
  private static double sinceSecond(Claims claims) {
    var made = claims.number("iat");
    return made == null || made < 0
        ? Double.NEGATIVE_INFINITY
        : (double) (made - MARGIN.toSeconds());
  }

  private @Nullable String session(Claims claims) {
    return issuer == Issuer.PROJECT ? claims.id("session_id").orElse(null) : null;
  }

  private boolean isNamed() {
    return organization == Organization.NAMED;
  }

  private boolean needsFactor(Claims claims) {
    return factor == Factor.REQUIRED && !claims.hasSecondFactor();
  }

  /// The check in words, for work that goes on after the request.
  public String stored() {
    return "%s %s %s %s".formatted(when, organization, issuer, factor).toLowerCase(Locale.ROOT);
  }

  /// The check of words that [#stored] wrote, or of a word that was stored before there were four.
  public static TokenCheck parse(String stored) {
    var words = stored.toUpperCase(Locale.ROOT).split(" ", -1);
    return switch (words[0]) {
      case "CLAIMED" -> NONE;
      case "ASKED" -> NONE.always();
      case "NAMED" -> NONE.always().named();
      default ->
          new TokenCheck(
              When.valueOf(words[0]),
              Organization.valueOf(words[1]),
              Issuer.valueOf(words[2]),
              Factor.valueOf(words[3]));
    };
  }
}

package io.stabbur.storage.object;

import io.micronaut.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Conditional requests (RFC 9110, section 13): what the client already has, and what it insists
/// on.
public final class Conditions {
  /// `Tue, 03 Jun 2008 11:05:30 GMT`
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

  private Conditions() {}

  /// What a read comes to.
  public enum Outcome {
    SEND,
    NOT_MODIFIED,
    FAILED
  }

  public static Outcome of(HttpHeaders headers, String etag, Instant modified) {
    var match = headers.get(HttpHeaders.IF_MATCH);
    if (match != null && !lists(match, etag)) {
      return Outcome.FAILED;
    }
    var unmodified = date(headers.get(HttpHeaders.IF_UNMODIFIED_SINCE));
    if (match == null && unmodified != null && seconds(modified).isAfter(unmodified)) {
      return Outcome.FAILED;
    }
    var noneMatch = headers.get(HttpHeaders.IF_NONE_MATCH);
    if (noneMatch != null) {
      return lists(noneMatch, etag) ? Outcome.NOT_MODIFIED : Outcome.SEND;
    }
    var since = date(headers.get(HttpHeaders.IF_MODIFIED_SINCE));
    return since != null && !seconds(modified).isAfter(since) ? Outcome.NOT_MODIFIED : Outcome.SEND;
  }

  /// Whether a range that was asked for is of what is stored now (`If-Range`): the same strong
  /// entity tag, or exactly the same date. A range of something else would be glued to other bytes.
  public static boolean rangeHolds(HttpHeaders headers, String etag, Instant modified) {
    var wanted = headers.get(HttpHeaders.IF_RANGE);
    if (wanted == null) {
      return true;
    }
    var text = wanted.strip();
    if (text.startsWith("\"") || text.startsWith("W/")) {
      return text.equals(etag);
    }
    return seconds(modified).equals(date(text));
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  /// Whether `If-Match` or `If-None-Match` names the entity tag; `*` names all.
  public static boolean lists(String header, String etag) {
    if (header.strip().equals("*")) {
      return true;
    }
    for (var each : header.split(",", -1)) {
      if (plain(each).equals(plain(etag))) {
        return true;
      }
    }
    return false;
  }

  /// Weak and unquoted spellings compare alike.
  private static String plain(String etag) {
    var text = etag.strip();
    return (text.startsWith("W/") ? text.substring(2) : text).replace("\"", "");
  }

  static @Nullable Instant date(@Nullable String header) {
    if (header == null) {
      return null;
    }
    try {
      return ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException e) {
      return null;
    }
  }

  /// A moment as HTTP writes it.
  public static String httpDate(Instant time) {
    return HTTP_DATE.format(time.atOffset(ZoneOffset.UTC));
  }
}

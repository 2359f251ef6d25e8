package io.stabbur.operations.backup;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What `pg_restore` says about what it could not restore, told without what Postgres quotes of
/// rows: of an entry of the dump that failed only its kind and its name.
final class RestoreErrors {
  private static final int MOST_TOLD = 3;
  private static final int LONGEST = 300;

  /// `pg_restore: from TOC entry 3456; 1255 16385 FUNCTION f(integer) owner`; extensions have no
  /// owner.
  private static final Pattern ENTRY =
      Pattern.compile("pg_restore: from TOC entry \\d+; \\d+ \\d+ (.+) \\S*");

  private static final Pattern IGNORED =
      Pattern.compile("pg_restore: warning: errors ignored on restore: (\\d{1,18})");

  private static final String ERROR = "pg_restore: error: ";
  private static final String QUERY = "could not execute query: ERROR:";
  private static final Pattern ROWS = Pattern.compile("COPY failed for table \"(.+?)\": .*");

  private static final Pattern SUPERUSERS =
      Pattern.compile(
          "could not execute query: ERROR:\\s+(must be superuser|only superuser|permission denied"
              + " (to create|to set parameter|for language|for foreign)).*");

  /// What needs something that was left out. Nothing that reads rows fails so.
  private static final Pattern FOLLOWING =
      Pattern.compile("could not execute query: ERROR:\\s+\\S.* does not exist");

  /// An extension that is not installed here; the name is the dump's own.
  private static final Pattern MISSING =
      Pattern.compile(
          "could not execute query: ERROR:\\s+(extension \"[^\"]*\" is not available"
              + "|could not open extension control file).*");

  private final List<String> first = new ArrayList<>();
  private String entry = "";
  private long superusers;
  private long following;
  private long others;
  private long ignored = -1;

  private final long before;

  /// @param before how many entries were left out before
  RestoreErrors(long before) {
    this.before = before;
  }

  /// Takes the next line.
  void accept(String line) {
    var named = ENTRY.matcher(line);
    var last = IGNORED.matcher(line);
    if (named.matches()) {
      entry = named.group(1);
    } else if (line.startsWith(ERROR)) {
      count(line.substring(ERROR.length()));
    }
    ignored = last.matches() ? Long.parseLong(last.group(1)) : -1;
  }

  private void count(String text) {
    if (SUPERUSERS.matcher(text).matches()) {
      superusers++;
      return;
    }
    if (leftOut() > 0 && FOLLOWING.matcher(text).matches()) {
      following++;
      return;
    }
    others++;
    if (first.size() < MOST_TOLD) {
      var all = told(text);
      first.add(all.length() <= LONGEST ? all : all.substring(0, LONGEST) + "…");
    }
  }

  private String told(String text) {
    var rows = ROWS.matcher(text);
    var missing = MISSING.matcher(text);
    if (rows.matches()) {
      return "the rows of table %s cannot be read".formatted(rows.group(1));
    }
    if (missing.matches() && entry.startsWith("EXTENSION ")) {
      return entry + ": " + missing.group(1);
    }
    if (!entry.isEmpty()) {
      return text.startsWith(QUERY) ? entry + " cannot be made" : entry + " failed";
    }
    return text.replaceFirst("[:\"].*", "").strip();
  }

  /// How many definitions only a superuser may make, or need one that was left out.
  long leftOut() {
    return before + superusers + following;
  }

  /// How many other definitions and tables failed.
  long others() {
    return others;
  }

  /// Whether the program came to its end: it succeeded, or it counts at last as many errors as were
  /// read.
  boolean isWhole(int exitCode) {
    return switch (exitCode) {
      case 0 -> superusers + following + others == 0;
      case 1 -> ignored == superusers + following + others;
      default -> false;
    };
  }

  /// The first of those that no superuser's right would have helped, and how many there are.
  String summary() {
    return String.join("; ", first)
        + (others > first.size() ? "; and %d more".formatted(others - first.size()) : "");
  }
}

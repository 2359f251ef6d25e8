package io.stabbur.operations.backup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What `pg_restore` wrote about what it could not restore, without what Postgres quotes of rows.
///
/// @param superusers how many definitions only a superuser may make
/// @param others how many other definitions and tables failed
/// @param first the first of these
record RestoreErrors(long superusers, long others, List<String> first) {
  private static final int MOST_TOLD = 3;
  private static final int LONGEST = 300;

  /// `pg_restore: from TOC entry 3456; 1255 16385 FUNCTION f(integer) owner`; extensions have no
  /// owner.
  private static final Pattern ENTRY =
      Pattern.compile("pg_restore: from TOC entry \\d+; \\d+ \\d+ (.+) \\S*");

  private static final String ERROR = "pg_restore: error: ";
  private static final String QUERY = "could not execute query: ERROR:";
  private static final Pattern ROWS = Pattern.compile("COPY failed for table \"(.+?)\": .*");

  private static final Pattern SUPERUSERS =
      Pattern.compile(
          "could not execute query: ERROR:\\s+(must be superuser|only superuser|permission denied"
              + " (to create|to set parameter|for language|for foreign)).*");

  RestoreErrors {
    first = List.copyOf(first);
  }

  static RestoreErrors read(Path file) throws IOException {
    long superusers = 0;
    long others = 0;
    var first = new ArrayList<String>();
    var entry = "";
    // what is no UTF-8 is replaced
    try (var lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var named = ENTRY.matcher(line);
        if (named.matches()) {
          entry = named.group(1);
        } else if (line.startsWith(ERROR)) {
          var text = line.substring(ERROR.length());
          if (SUPERUSERS.matcher(text).matches()) {
            superusers++;
          } else {
            others++;
            if (first.size() < MOST_TOLD) {
              first.add(told(entry, text));
            }
          }
        }
      }
    }
    return new RestoreErrors(superusers, others, first);
  }

  private static String told(String entry, String text) {
    var rows = ROWS.matcher(text);
    var why = text.startsWith(QUERY) ? text.substring(QUERY.length()).strip() : text;
    var all =
        rows.matches()
            ? "the rows of table %s cannot be read".formatted(rows.group(1))
            : entry.isEmpty() ? why : entry + ": " + why;
    return all.length() <= LONGEST ? all : all.substring(0, LONGEST) + "…";
  }

  /// The first of those that no superuser's right would have helped, and how many there are.
  String summary() {
    if (first.isEmpty()) {
      return "pg_restore ended without a word";
    }
    return String.join("; ", first)
        + (others > first.size() ? "; and %d more".formatted(others - first.size()) : "");
  }
}

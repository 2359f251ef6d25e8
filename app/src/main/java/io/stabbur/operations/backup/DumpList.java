package io.stabbur.operations.backup;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The entries of a dump that a rehearsal restores, in the form that `pg_restore` lists and takes
/// them.
///
/// Left out are rows and values of tables and sequences that the dump does not define: they belong
/// to extensions, whose own tables the extension fills here. So are the extensions of a hosted
/// project that Stabbur stands in for: its stand-ins are no more than names here.
///
/// @param entries lines of those that are restored
/// @param leftOut how many are not
/// @param tables names of tables whose rows are not, such as `public.spatial_ref_sys`
record DumpList(List<String> entries, long leftOut, Set<String> tables) {
  /// `3456; 0 16385 TABLE DATA public people owner`.
  private static final Pattern LINE = Pattern.compile("\\d+; \\d+ \\d+ (.+)");

  private static final Pattern STOOD_IN =
      Pattern.compile("EXTENSION - (pg_cron|pg_net|pgjwt|pgmq|supabase_vault) ?");

  private static final Pattern NAME = Pattern.compile("(\\S+) (.+) \\S+");
  private static final String ROWS = "TABLE DATA ";
  private static final String TABLE = "TABLE ";
  private static final String VALUE = "SEQUENCE SET ";
  private static final String SEQUENCE = "SEQUENCE ";

  DumpList {
    entries = List.copyOf(entries);
    tables = Set.copyOf(tables);
  }

  /// Of what `pg_restore --list` writes.
  static DumpList of(List<String> lines) {
    var defined = new HashSet<String>();
    for (var line : lines) {
      defined.add(entry(line));
    }
    var entries = new ArrayList<String>();
    var tables = new TreeSet<String>();
    long leftOut = 0;
    for (var line : lines) {
      var entry = entry(line);
      boolean isOthersRows = isWithout(entry, ROWS, TABLE, defined);
      if (isOthersRows) {
        var name = NAME.matcher(entry.substring(ROWS.length()));
        if (name.matches()) {
          tables.add(name.group(1) + '.' + name.group(2));
        }
      }
      if (isOthersRows
          || isWithout(entry, VALUE, SEQUENCE, defined)
          || STOOD_IN.matcher(entry).matches()) {
        leftOut++;
      } else if (!entry.isEmpty()) {
        entries.add(line);
      }
    }
    return new DumpList(entries, leftOut, tables);
  }

  private static String entry(String line) {
    var found = LINE.matcher(line);
    return found.matches() ? found.group(1) : "";
  }

  private static boolean isWithout(
      String entry, String content, String definition, Set<String> defined) {
    return entry.startsWith(content)
        && !defined.contains(definition + entry.substring(content.length()));
  }
}

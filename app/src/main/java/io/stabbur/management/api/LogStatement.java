package io.stabbur.management.api;

import io.stabbur.functions.Functions.LineKind;
import io.stabbur.functions.Functions.LogQuery;
import io.stabbur.management.ManagementError;
import io.stabbur.platform.error.ApiException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;

/// Understands the statements that the command makes of the options of `supabase logs`. Only what
/// the options say is taken out of them: nothing of a statement is ever run.
final class LogStatement {
  private static final Pattern FORM =
      Pattern.compile(
          "(?s)select id, .* from logs where \\((source = '[a-z_]+'(?: or source ="
              + " '[a-z_]++')*+)\\)(?<rest>.*) order by ts_ms desc, id desc limit"
              + " (?<most>[0-9]{1,4})");
  private static final Pattern SOURCE = Pattern.compile("source = '([a-z_]+)'");
  private static final Pattern LEVELS =
      Pattern.compile("\\) in \\(('[a-z]+'(?:, ?'[a-z]++')*+)\\)");
  private static final Pattern WORD = Pattern.compile("'([a-z]+)'");
  private static final Pattern TEXT =
      Pattern.compile(
          "positionCaseInsensitiveUTF8\\(event_message, '((?:[^'\\\\]++|''|\\\\\\\\)*+)'\\) > 0");
  private static final Pattern FUNCTION =
      Pattern.compile("log_attributes\\['function_id'\\] = '([A-Za-z0-9_-]{1,48})'");

  private LogStatement() {}

  /// What a statement looks for in the logs of functions, which are the only ones here.
  static LogQuery parse(String sql, Instant from, Instant to) {
    var form = FORM.matcher(sql.strip());
    if (!form.matches()) {
      throw new ApiException(
          new ManagementError.Rejected(
              "This server answers the options of `supabase logs`, not SQL of one's own"));
    }
    var kinds = EnumSet.noneOf(LineKind.class);
    for (var source : found(SOURCE, form.group(1))) {
      switch (source) {
        case "function_logs" -> kinds.add(LineKind.WRITTEN);
        case "function_edge_logs" -> kinds.add(LineKind.REQUEST);
        default -> {
          // such logs are not kept in the database: the operator's tools have them
        }
      }
    }
    var rest = form.group("rest");
    var levels = LEVELS.matcher(rest);
    var text = TEXT.matcher(rest);
    var function = FUNCTION.matcher(rest);
    String last = "";
    while (levels.find()) {
      // those inside the expression stand before the one that filters
      last = levels.group(1);
    }
    return new LogQuery(
        from,
        to,
        kinds,
        function.find() ? function.group(1) : "",
        found(WORD, last),
        text.find() ? text.group(1).replace("''", "'").replace("\\\\", "\\") : "",
        Integer.parseInt(form.group("most")));
  }

  private static Set<String> found(Pattern pattern, String text) {
    var all = new LinkedHashSet<String>();
    var matcher = pattern.matcher(text);
    while (matcher.find()) {
      all.add(matcher.group(1));
    }
    return all;
  }
}

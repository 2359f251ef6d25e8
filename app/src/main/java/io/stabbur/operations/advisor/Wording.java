package io.stabbur.operations.advisor;

import io.stabbur.operations.advisor.PolicyTrial.Reach;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Policies in plain words: `signed-in users read rows where user_id is the caller`.
final class Wording {
  private static final Pattern SUBSELECT =
      Pattern.compile(
          "\\( ?SELECT ((?:[^()]++|\\((?:[^()]++|\\([^()]*+\\))*+\\))++)(?<= AS"
              + " \"?\\w{1,63}\"?)\\)");
  private static final Pattern CAST =
      Pattern.compile(
          "::(?:\"[^\"]+\"|[a-z_]\\w*)(?:\\.(?:\"[^\"]+\"|\\w+))?(?:"
              + " (?:varying|precision|with(?:out)? time zone))?(?:\\(\\d+\\))?(?:\\[])*+");
  private static final Pattern LIST =
      Pattern.compile("= ANY (?:\\(ARRAY\\[([^\\]]*)\\]\\)|\\(\\(ARRAY\\[([^\\]]*)\\]\\)\\))");
  private static final Pattern VARIADIC = Pattern.compile("VARIADIC ARRAY\\[([^\\]]*)\\]");
  private static final Pattern CALLER =
      Pattern.compile("\\b\\w+\\.(?:uid|user_id|current_user_id)\\(\\)");
  private static final Pattern ORGANIZATION =
      Pattern.compile(
          "\\b\\w+\\.(?:(?:current_|active_)?(?:organi[sz]ation|org|tenant|team|school)(?:_id)?)\\(\\)");
  private static final Pattern EXISTS = Pattern.compile("EXISTS \\( ?SELECT .*?FROM (.*?) WHERE ");
  private static final Pattern TWICE_NOT = Pattern.compile("\\bnot (\\S+) is not ");
  private static final Pattern CLAIM = Pattern.compile("\\(?auth\\.jwt\\(\\) ->>? '([^']+)'\\)?");
  private static final Pattern CALL = Pattern.compile("(?<=[\\w\"])\\(([^()]*)\\)");
  private static final Pattern JOINED =
      Pattern.compile("\\(((?:[^()]*(?: and | or |SELECT|, )[^()]*)|)\\)");
  private static final Pattern ATOM = Pattern.compile("\\(([^()]*)\\)");

  private Wording() {}

  static String of(Policy policy, Reach strangers) {
    var rows = policy.found().map(Wording::condition).orElse("");
    var written =
        policy.command() == Policy.Command.INSERT
            ? policy.check().map(Wording::condition).orElse("")
            : policy.check().map(Wording::condition).filter(text -> !text.equals(rows)).orElse("");
    var sentence = new StringBuilder(who(policy.roles()));
    sentence.append(' ').append(policy.command().verb());
    if (strangers == Reach.EVERY_ROW) {
      sentence.append(" every row");
      var all = rows.isEmpty() ? written : rows;
      return all.equals("true") ? sentence.toString() : sentence + " (" + all + ")";
    }
    sentence.append(policy.isPermissive() ? " rows" : " only rows");
    if (!rows.isEmpty()) {
      sentence.append(" where ").append(rows);
    }
    if (!written.isEmpty()) {
      sentence.append(rows.isEmpty() ? " where " : "; afterwards ").append(written);
    }
    return sentence.toString();
  }

  private static String who(List<String> roles) {
    return roles.stream()
        .map(
            role ->
                switch (role) {
                  case "public" -> "everybody";
                  case "anon" -> "visitors";
                  case "authenticated" -> "signed-in users";
                  default -> role;
                })
        .collect(Collectors.joining(" and "));
  }

  /// A condition as people read it.
  static String condition(String printed) {
    var text = printed.replaceAll("\\s+", " ");
    for (String before = ""; !before.equals(text); ) {
      before = text;
      text = SUBSELECT.matcher(text).replaceAll(select -> unnamed(select.group(1)));
    }
    text = CAST.matcher(text).replaceAll("");
    text =
        LIST.matcher(text)
            .replaceAll(
                list -> "is one of " + (list.group(1) == null ? list.group(2) : list.group(1)));
    text = VARIADIC.matcher(text).replaceAll("$1");
    text = EXISTS.matcher(text).replaceAll("there is ($1 with ");
    text =
        ORGANIZATION
            .matcher(CALLER.matcher(text).replaceAll("the caller"))
            .replaceAll("the caller's organization");
    text = CLAIM.matcher(text).replaceAll("the token's $1");
    text =
        text.replace("auth.role()", "the caller's role")
            .replace("auth.email()", "the caller's address")
            .replace("IS NOT DISTINCT FROM", "is")
            .replace("IS DISTINCT FROM", "is not")
            .replace("IS NOT NULL", "is known")
            .replace("IS NULL", "is missing")
            .replace(" = ANY ", " is in ")
            .replace(" <> ALL ", " is not in ")
            .replace(" <> ", " is not ")
            .replace(" = ", " is ")
            .replace(" AND ", " and ")
            .replace(" OR ", " or ")
            .replace("NOT ", "not ");
    return TWICE_NOT.matcher(bare(text)).replaceAll("$1 is ");
  }

  /// What is selected, without the name that Postgres gives it.
  private static String unnamed(String selected) {
    return Matcher.quoteReplacement(selected.substring(0, selected.lastIndexOf(" AS ")));
  }

  /// Without the parentheses that Postgres prints around everything: those of calls, of lists and
  /// of conditions that are joined stay.
  private static String bare(String text) {
    var shorter = text;
    for (String before = ""; !before.equals(shorter); ) {
      before = shorter;
      shorter = CALL.matcher(shorter).replaceAll("⟦$1⟧");
      shorter = JOINED.matcher(shorter).replaceAll("⟦$1⟧");
      shorter = ATOM.matcher(shorter).replaceAll("$1");
    }
    shorter = shorter.strip();
    while (isWrapped(shorter)) {
      shorter = shorter.substring(1, shorter.length() - 1);
    }
    return shorter.replace('⟦', '(').replace('⟧', ')');
  }

  private static boolean isWrapped(String text) {
    if (!text.startsWith("⟦") || !text.endsWith("⟧")) {
      return false;
    }
    int depth = 0;
    for (int i = 0; i < text.length() - 1; i++) {
      depth += text.charAt(i) == '⟦' ? 1 : text.charAt(i) == '⟧' ? -1 : 0;
      if (depth == 0) {
        return false;
      }
    }
    return true;
  }
}

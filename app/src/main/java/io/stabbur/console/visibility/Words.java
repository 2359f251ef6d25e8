package io.stabbur.console.visibility;

import io.stabbur.console.page.RoleWords;
import io.stabbur.console.page.Texts;
import io.stabbur.operations.probe.Matrix.Reach;
import io.stabbur.operations.probe.Matrix.Row;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a trial found, in plain words.
public record Words(Texts texts) {
  private static final Pattern PARTS = Pattern.compile("; ");

  /// How the trial says why, and the key of its text; the groups are the text's values.
  private record Reason(Pattern pattern, String key) {
    static Reason of(String pattern, String key) {
      return new Reason(Pattern.compile(pattern), "visibility.why." + key);
    }
  }

  private static final List<Reason> REASONS =
      List.of(
          Reason.of("no right on it", "no-right"),
          Reason.of("no policy holds", "no-rule"),
          Reason.of("nothing of the other is in it|no file", "nothing-in-it"),
          Reason.of("shows nothing of the other|tells nothing of the other", "shows-nothing"),
          Reason.of("may not call it", "no-call"),
          Reason.of("row-level security(?: of realtime\\.messages)? is off", "no-rules"),
          Reason.of("the view reads with the rights of (.+)", "view"),
          Reason.of("the view's tables let the caller", "view-lists"),
          Reason.of("policies do not bind a (?:materialized view|foreign table)", "unbound"),
          Reason.of("the function runs with its owner's rights", "function"),
          Reason.of("the function's tables let the caller", "function-lists"),
          Reason.of("policy (.+) for (.+)", "rule-for"),
          Reason.of("policies (.+) for (.+)", "rules-for"),
          Reason.of("a policy for select", "rule-sees"),
          Reason.of("a policy for insert", "rule-adds"),
          Reason.of("a policy for update", "rule-changes"),
          Reason.of("a policy for delete", "rule-removes"),
          Reason.of("policy (.+)", "rule"),
          Reason.of("policies (.+)", "rules"));

  private static final Pattern TRIGGERS = Pattern.compile("triggers? (.+)");

  /// Who tried.
  public String person(String caller) {
    return switch (caller) {
      case "anon" -> texts.of("visibility.person.anon");
      case "no member" -> texts.of("visibility.person.stranger");
      default -> texts.of("visibility.person.member", RoleWords.role(texts, caller));
    };
  }

  public String kind(String kind) {
    return texts.of("visibility.kind." + kind.replace(' ', '-'));
  }

  /// The same above several things of the kind.
  public String kinds(String kind) {
    return texts.of("visibility.kinds." + kind.replace(' ', '-'));
  }

  /// What somebody could do; that it is nothing, where it is.
  public String deeds(Reach reach) {
    return reach.deeds().isEmpty()
        ? texts.of("visibility.nothing")
        : reach.deeds().stream()
            .map(
                deed ->
                    texts.of("visibility.deed." + deed.name().toLowerCase(java.util.Locale.ROOT)))
            .collect(Collectors.joining(", "));
  }

  /// Which rule lets somebody in, or keeps them out. What has no words yet is told as it is.
  public String why(Row row, Reach reach) {
    if (row.kind().equals("triggers")) {
      return triggers(reach);
    }
    return PARTS
        .splitAsStream(reach.why())
        .map(part -> reason(part).orElse(part))
        .collect(Collectors.joining(" "));
  }

  private String triggers(Reach reach) {
    var named = TRIGGERS.matcher(reach.why());
    var key = reach.deeds().isEmpty() ? "visibility.why.trigger-none" : "visibility.why.trigger";
    return named.matches() ? texts.of(key, named.group(1)) : reach.why();
  }

  private Optional<String> reason(String part) {
    for (var reason : REASONS) {
      var found = reason.pattern().matcher(part);
      if (found.matches()) {
        var values = new Object[found.groupCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = found.group(i + 1);
        }
        return Optional.of(texts.of(reason.key(), values));
      }
    }
    return Optional.empty();
  }
}

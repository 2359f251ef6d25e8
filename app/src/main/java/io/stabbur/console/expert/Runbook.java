package io.stabbur.console.expert;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The steps for an alert, from `app/docs/runbooks`.
///
/// @param blocks headings, paragraphs and steps in their order
public record Runbook(String alert, List<Block> blocks) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z]{1,60}");
  private static final Pattern LINK = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");

  /// What stands between two of another kind.
  public enum Kind {
    HEADING,
    TEXT,
    STEP
  }

  /// A heading, a paragraph or a step.
  public record Block(Kind kind, String text) {}

  public Runbook {
    blocks = List.copyOf(blocks);
  }

  /// Empty where there is none of this name.
  static Optional<Runbook> of(String alert) {
    if (!NAME.matcher(alert).matches()) {
      return Optional.empty();
    }
    try (var in = Runbook.class.getResourceAsStream("runbooks/" + alert + ".md")) {
      return in == null
          ? Optional.empty()
          : Optional.of(parse(alert, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Runbook parse(String alert, String text) {
    var blocks = new ArrayList<Block>();
    for (var line : text.split("\n", -1)) {
      var shown = LINK.matcher(line.strip()).replaceAll("$1").replace("`", "");
      if (shown.startsWith("## ")) {
        blocks.add(new Block(Kind.HEADING, shown.substring(3)));
      } else if (shown.startsWith("- ")) {
        blocks.add(new Block(Kind.STEP, shown.substring(2)));
      } else if (!shown.isEmpty() && !shown.startsWith("# ")) {
        blocks.add(new Block(Kind.TEXT, shown));
      }
    }
    return new Runbook(alert, blocks);
  }
}

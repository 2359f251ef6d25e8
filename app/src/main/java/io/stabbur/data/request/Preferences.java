package io.stabbur.data.request;

import io.stabbur.data.error.DataError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The `Prefer` headers. A preference that was not sent is null; `unknown` are those this API does
/// not have.
public record Preferences(
    @Nullable Resolution resolution,
    @Nullable Return representation,
    @Nullable Count count,
    @Nullable End end,
    @Nullable Missing missing,
    @Nullable Handling handling,
    @Nullable String timezone,
    @Nullable Long maxAffected,
    List<String> unknown) {

  public static final Preferences NONE =
      new Preferences(null, null, null, null, null, null, null, null, List.of());

  /// A preference by its spelling on the wire.
  public interface Spelled {
    String spelling();
  }

  public enum Resolution implements Spelled {
    MERGE("resolution=merge-duplicates"),
    IGNORE("resolution=ignore-duplicates");

    private final String spelling;

    Resolution(String spelling) {
      this.spelling = spelling;
    }

    @Override
    public String spelling() {
      return spelling;
    }
  }

  public enum Return implements Spelled {
    REPRESENTATION("return=representation"),
    MINIMAL("return=minimal"),
    HEADERS("return=headers-only");

    private final String spelling;

    Return(String spelling) {
      this.spelling = spelling;
    }

    @Override
    public String spelling() {
      return spelling;
    }
  }

  public enum Count implements Spelled {
    EXACT("count=exact"),
    PLANNED("count=planned"),
    ESTIMATED("count=estimated");

    private final String spelling;

    Count(String spelling) {
      this.spelling = spelling;
    }

    @Override
    public String spelling() {
      return spelling;
    }
  }

  /// How the transaction is asked to end.
  public enum End implements Spelled {
    COMMIT("tx=commit"),
    ROLLBACK("tx=rollback");

    private final String spelling;

    End(String spelling) {
      this.spelling = spelling;
    }

    @Override
    public String spelling() {
      return spelling;
    }
  }

  public enum Missing implements Spelled {
    DEFAULT("missing=default"),
    NULL("missing=null");

    private final String spelling;

    Missing(String spelling) {
      this.spelling = spelling;
    }

    @Override
    public String spelling() {
      return spelling;
    }
  }

  public enum Handling implements Spelled {
    STRICT("handling=strict"),
    LENIENT("handling=lenient");

    private final String spelling;

    Handling(String spelling) {
      this.spelling = spelling;
    }

    @Override
    public String spelling() {
      return spelling;
    }
  }

  /// Whether a client may say how its transaction ends.
  public enum EndChoice {
    ALLOWED,
    REFUSED
  }

  private static final String TIMEZONE = "timezone=";
  private static final String MAX_AFFECTED = "max-affected=";

  /// Parses all `Prefer` lines together; the first of several values of one preference counts.
  public static Preferences parse(List<String> lines, EndChoice endChoice) {
    if (lines.isEmpty()) {
      return NONE;
    }
    var said = new ArrayList<String>();
    for (var line : lines) {
      for (var one : line.split(",", -1)) {
        said.add(one.strip());
      }
    }
    return new Preferences(
        first(said, Resolution.values()),
        first(said, Return.values()),
        first(said, Count.values()),
        endChoice == EndChoice.ALLOWED ? first(said, End.values()) : null,
        first(said, Missing.values()),
        first(said, Handling.values()),
        after(said, TIMEZONE),
        number(after(said, MAX_AFFECTED)),
        said.stream().filter(one -> !isKnown(one)).toList());
  }

  private static <E extends Spelled> @Nullable E first(List<String> said, E[] known) {
    for (var one : said) {
      var match = match(one, known);
      if (match != null) {
        return match;
      }
    }
    return null;
  }

  private static <E extends Spelled> @Nullable E match(String said, E[] known) {
    for (var each : known) {
      if (each.spelling().equals(said)) {
        return each;
      }
    }
    return null;
  }

  private static @Nullable String after(List<String> said, String prefix) {
    return said.stream()
        .filter(one -> one.startsWith(prefix))
        .map(one -> one.substring(prefix.length()))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Long number(@Nullable String text) {
    try {
      return text == null ? null : Long.valueOf(text.strip());
    } catch (NumberFormatException _) {
      return null;
    }
  }

  private static boolean isKnown(String said) {
    return said.startsWith(TIMEZONE)
        || said.startsWith(MAX_AFFECTED)
        || match(said, Resolution.values()) != null
        || match(said, Return.values()) != null
        || match(said, Count.values()) != null
        || match(said, End.values()) != null
        || match(said, Missing.values()) != null
        || match(said, Handling.values()) != null;
  }

  /// Refuses a preference that is unknown where the client asked for strict handling.
  public void requireKnown() {
    if (isStrict() && !unknown.isEmpty()) {
      throw new DataError.InvalidPreferences(unknown).exception();
    }
  }

  public boolean isStrict() {
    return handling == Handling.STRICT;
  }

  public boolean wantsRows() {
    return representation == Return.REPRESENTATION;
  }
}

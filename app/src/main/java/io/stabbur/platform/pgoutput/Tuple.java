package io.stabbur.platform.pgoutput;

import org.jspecify.annotations.Nullable;

/// The values of one row as Postgres prints them, in the order of [Relation#columns].
public final class Tuple {
  // compared by identity, so no value of a table can be taken for it
  @SuppressWarnings({"StringOperationCanBeSimplified", "PMD.StringInstantiation"})
  private static final String UNCHANGED = new String("unchanged");

  private final @Nullable String[] values;
  private final int bytes;

  private Tuple(@Nullable String[] values, int bytes) {
    this.values = values;
    this.bytes = bytes;
  }

  static Tuple read(Reader in) {
    var values = new @Nullable String[in.count()];
    int before = in.remaining();
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (in.code()) {
            case 't' -> in.text(in.number());
            case 'u' -> UNCHANGED;
            case 'n' -> null;
            default -> throw new IllegalStateException("a value is neither text nor null");
          };
    }
    return new Tuple(values, before - in.remaining());
  }

  public int size() {
    return values.length;
  }

  /// Whether the value is stored apart and was not sent because it did not change.
  @SuppressWarnings("ReferenceEquality")
  public boolean isUnchanged(int column) {
    return values[column] == UNCHANGED;
  }

  /// The value, or null.
  public @Nullable String text(int column) {
    return values[column];
  }

  /// The size on the wire.
  public int bytes() {
    return bytes;
  }

  /// The parts of a message.
  interface Reader {
    byte code();

    int number();

    int count();

    String text(int bytes);

    int remaining();
  }
}

package io.stabbur.platform.pgoutput;

import java.util.List;

/// A table as the stream describes it, before its first change and again after its definition,
/// policies or grants have changed. Two descriptions of one table are two objects: what was learned
/// from the catalog is kept per object.
public final class Relation {
  private final int oid;
  private final String schema;
  private final String name;
  private final Identity identity;
  private final List<String> columns;

  Relation(int oid, String schema, String name, Identity identity, List<String> columns) {
    this.oid = oid;
    this.schema = schema;
    this.name = name;
    this.identity = identity;
    this.columns = List.copyOf(columns);
  }

  /// What of the old row the database writes: its replica identity.
  public enum Identity {
    DEFAULT,
    NOTHING,
    FULL,
    INDEX;

    static Identity of(byte code) {
      return switch (code) {
        case 'n' -> NOTHING;
        case 'f' -> FULL;
        case 'i' -> INDEX;
        default -> DEFAULT;
      };
    }
  }

  /// The number as an unsigned value.
  public long oid() {
    return Integer.toUnsignedLong(oid);
  }

  public String schema() {
    return schema;
  }

  public String name() {
    return name;
  }

  public Identity identity() {
    return identity;
  }

  /// The columns' names in the order of tuples; those outside of a column list are missing, and
  /// generated ones before Postgres 18.
  public List<String> columns() {
    return columns;
  }

  @Override
  public String toString() {
    return schema + "." + name;
  }
}

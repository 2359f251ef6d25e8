package io.stabbur.realtime.change.table;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A type of values: what Postgres calls it and how its text becomes JSON.
///
/// @param oid its number; of a domain, the domain's
/// @param sqlName schema and name, quoted: unlike `character` or `bit` this never means a length
/// @param name the short name clients know, such as `int8` or `_text`
/// @param element what an array holds
/// @param delimiter what separates the elements of arrays of this type
/// @param comparison whether two values are equal exactly where their texts are
public record ValueType(
    long oid,
    String sqlName,
    String name,
    Json json,
    @Nullable ValueType element,
    char delimiter,
    Comparison comparison) {

  /// How a text becomes JSON, as Postgres' `to_jsonb` does it.
  public enum Json {
    BOOLEAN,
    /// The text itself, unless it is not a number (`NaN`, `Infinity`).
    NUMBER,
    /// The text itself.
    VERBATIM,
    TIMESTAMP,
    TIMESTAMP_WITH_ZONE,
    /// Hexadecimal digits without `\x`, as the original sends them.
    BYTES,
    TEXT,
    ARRAY,
    /// Postgres is asked: composite types.
    ASKED,
    /// Postgres is asked by each reader: types with a cast to JSON of their own, whose function may
    /// show everybody something else, and what contains such a type.
    ASKED_BY_READER
  }

  /// How two values of the type are compared for equality.
  public enum Comparison {
    BY_TEXT,
    BY_POSTGRES
  }

  /// Postgres numbers what it brings along below this, and what is created later from here on
  /// (`FirstNormalObjectId`).
  private static final long FIRST_CREATED = 16384;

  private static final int BOOL = 16;
  private static final int BYTEA = 17;
  private static final int TIMESTAMP = 1114;
  private static final int TIMESTAMPTZ = 1184;
  private static final int INT2 = 21;
  private static final int INT4 = 23;
  private static final int INT8 = 20;
  private static final int FLOAT4 = 700;
  private static final int FLOAT8 = 701;
  private static final int NUMERIC = 1700;
  private static final int JSON = 114;
  private static final int JSONB = 3802;
  private static final int TEXT = 25;
  private static final int VARCHAR = 1043;
  private static final int DATE = 1082;
  private static final int OID = 26;
  private static final int UUID = 2950;

  /// Not among them: numeric and float (1.0 = 1.00, -0), char(n) (padding), citext, json.
  private static final Set<Integer> EQUAL_BY_TEXT =
      Set.of(INT2, INT4, INT8, OID, UUID, BOOL, DATE, TIMESTAMP, TIMESTAMPTZ, TEXT, VARCHAR);

  /// Whether Postgres brings the type along. Any other may run code of its owner when a text
  /// becomes a value (the checks of a domain, a cast) or when two values are compared.
  public boolean isBuiltIn() {
    return oid < FIRST_CREATED;
  }

  /// How a type that is neither a domain nor an array becomes JSON.
  static Json jsonOf(long oid, boolean composite, boolean ownCast) {
    if (ownCast) {
      return Json.ASKED_BY_READER;
    }
    if (composite) {
      return Json.ASKED;
    }
    return switch ((int) oid) {
      case BOOL -> Json.BOOLEAN;
      case INT2, INT4, INT8, FLOAT4, FLOAT8, NUMERIC -> Json.NUMBER;
      case JSON, JSONB -> Json.VERBATIM;
      case TIMESTAMP -> Json.TIMESTAMP;
      case TIMESTAMPTZ -> Json.TIMESTAMP_WITH_ZONE;
      case BYTEA -> Json.BYTES;
      default -> Json.TEXT;
    };
  }

  static Comparison comparisonOf(long oid, boolean enumeration) {
    return enumeration || EQUAL_BY_TEXT.contains((int) oid)
        ? Comparison.BY_TEXT
        : Comparison.BY_POSTGRES;
  }
}

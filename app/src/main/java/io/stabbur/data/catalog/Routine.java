package io.stabbur.data.catalog;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A function that can be called.
///
/// @param id its object id
/// @param isolation the isolation level it asks for
/// @param settings its settings that hold for the whole transaction
/// @param results types of its OUT and TABLE columns
public record Routine(
    long id,
    Name name,
    @Nullable String comment,
    List<Parameter> parameters,
    Returns returns,
    Volatility volatility,
    @Nullable String isolation,
    Map<String, String> settings,
    Map<String, TypeKind> results) {

  /// One argument.
  ///
  /// @param declared its type as shown
  /// @param loose its type for arguments of any length
  public record Parameter(String name, String declared, String loose, Need need, Passing passing) {}

  public enum Need {
    REQUIRED,
    OPTIONAL
  }

  public enum Passing {
    SINGLE,
    VARIADIC
  }

  public enum Volatility {
    VOLATILE,
    STABLE,
    IMMUTABLE
  }

  public enum Rows {
    ONE,
    SET
  }

  public enum Shape {
    SCALAR,
    COMPOSITE
  }

  public record Returns(Rows rows, Shape shape, Name type) {
    public boolean isScalar() {
      return rows == Rows.ONE && shape == Shape.SCALAR;
    }

    public boolean isScalarSet() {
      return rows == Rows.SET && shape == Shape.SCALAR;
    }

    public boolean isSingleComposite() {
      return rows == Rows.ONE && shape == Shape.COMPOSITE;
    }

    public boolean isVoid() {
      return isScalar() && type.schema().equals("pg_catalog") && type.name().equals("void");
    }
  }

  public boolean hasVariadic() {
    return parameters.stream().anyMatch(p -> p.passing() == Passing.VARIADIC);
  }

  /// `schema.name(a => integer)`, as ambiguities are shown.
  public String signature() {
    var arguments = parameters.stream().map(p -> p.name() + " => " + p.declared()).toList();
    return name.schema() + "." + name.name() + "(" + String.join(", ", arguments) + ")";
  }
}

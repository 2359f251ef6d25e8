package io.stabbur.data.request;

import java.util.List;
import java.util.Map;

/// A request's body, looked at just enough to plan with.
public sealed interface Payload {

  /// JSON text with the sorted names of the columns or arguments it carries.
  record Json(String text, List<String> keys, Shape shape) implements Payload {
    public static final Json NO_ROWS = new Json("[]", List.of(), Shape.ARRAY);
  }

  /// Text or octets for a function's only argument.
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Raw(byte[] bytes) implements Payload {}

  /// Arguments of a function from a form.
  record Form(List<Map.Entry<String, String>> arguments) implements Payload {}

  /// No body, or none that matters.
  record None() implements Payload {}

  enum Shape {
    OBJECT,
    ARRAY
  }
}

package io.stabbur.data.plan;

import io.stabbur.data.catalog.Routine;
import io.stabbur.data.catalog.Routine.Parameter;
import io.stabbur.data.request.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A call of one function.
///
/// @param returning columns of its result that are needed; `*` for all
public record CallPlan(Routine routine, Arguments arguments, List<String> returning) {

  public sealed interface Arguments {
    record None() implements Arguments {}

    /// From a query string or a form.
    record Named(List<Argument> values) implements Arguments {}

    /// From the keys of a JSON object.
    record FromJson(Payload.Json body, List<Parameter> parameters) implements Arguments {}

    /// The whole body as the only, unnamed parameter.
    record Whole(Parameter parameter, @Nullable Object body) implements Arguments {}
  }

  /// A value, or the list of them a variadic parameter takes.
  public record Argument(Parameter parameter, List<String> values) {}
}

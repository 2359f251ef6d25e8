package io.stabbur.data.plan;

import io.stabbur.data.catalog.Handler;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.catalog.Relation;
import io.stabbur.data.catalog.Routine;
import io.stabbur.data.request.Intent;
import java.util.List;
import java.util.Map;

/// What will be done for a request.
public sealed interface DataPlan {

  /// Plans that ask the database and answer with rows.
  sealed interface Rows extends DataPlan {
    ReadPlan rows();

    Handler.Choice answer();

    List<LegacyName> legacyNames();
  }

  record Read(
      Name relation,
      ReadPlan rows,
      Handler.Choice answer,
      Intent.Body body,
      List<LegacyName> legacyNames)
      implements Rows {}

  record Write(
      Intent.Write intent,
      Relation relation,
      WritePlan change,
      ReadPlan rows,
      Handler.Choice answer,
      List<LegacyName> legacyNames)
      implements Rows {}

  record Call(
      CallPlan call,
      ReadPlan rows,
      Handler.Choice answer,
      Intent.CallVerb verb,
      List<LegacyName> legacyNames)
      implements Rows {}

  /// The description of a schema.
  record Describe(String schema, Intent.Body body) implements DataPlan {}

  /// The verbs of a resource.
  record Options(String allow) implements DataPlan {}

  /// An embed with an alias that was addressed by its relation's name.
  record LegacyName(String relation, String alias) {}

  /// Settings a called function wants for the whole transaction.
  default Map<String, String> settings() {
    return this instanceof Call(var call, _, _, _, _) ? call.routine().settings() : Map.of();
  }

  /// Whether the transaction may change anything.
  default boolean isReadOnly() {
    return switch (this) {
      case Write _ -> false;
      case Call(var call, _, _, var verb, _) ->
          verb != Intent.CallVerb.POST
              || call.routine().volatility() != Routine.Volatility.VOLATILE;
      case Read _, Describe _, Options _ -> true;
    };
  }
}

package io.stabbur.operations.probe;

import io.stabbur.operations.probe.Matrix.Reach;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Has callers write rows of their own in tables with triggers, and looks whether a trigger has
/// changed rows of the other member, added some, or brought them before the caller.
final class TriggerProbe {
  private final Transaction tx;
  private final List<Relation> relations;
  private final Traces traces;
  private final Set<Relation> seenAnyway;

  /// @param seenAnyway what the caller sees of the other without any trigger
  TriggerProbe(Transaction tx, List<Relation> relations, Traces traces, Set<Relation> seenAnyway) {
    this.tx = tx;
    this.relations = relations;
    this.traces = traces;
    this.seenAnyway = seenAnyway;
  }

  Reach run(Relation table, Planting.Row own, Member caller) {
    var deeds = EnumSet.noneOf(Deed.class);
    for (var write : RelationProbe.ownWrites(table, own, caller)) {
      if (tx.trial(trial -> deeds(trial, write, caller))
          instanceof Outcome.Answered<Set<Deed>>(var found)) {
        deeds.addAll(found);
      }
    }
    return new Reach(
        List.copyOf(deeds),
        (table.triggers().size() == 1 ? "trigger " : "triggers ")
            + String.join(", ", table.triggers()));
  }

  private Set<Deed> deeds(Transaction trial, Statement write, Member caller) {
    var deeds = EnumSet.noneOf(Deed.class);
    trial.query(traces.asOwn(), _ -> true);
    int before = traces.owned(trial, relations);
    trial.query(caller.become(), _ -> true);
    if (trial.update(write) == 0) {
      return deeds;
    }
    for (var relation : relations) {
      if (relation.isExposed()
          && relation.readers().contains(caller.role())
          && !relation.kind().equals("f")
          && !seenAnyway.contains(relation)
          && sees(trial, caller, relation)) {
        deeds.add(Deed.SEES);
      }
    }
    trial.query(traces.asOwn(), _ -> true);
    if (!traces.undisturbed(trial)) {
      deeds.add(Deed.CHANGES);
    }
    if (traces.owned(trial, relations) > before) {
      deeds.add(Deed.ADDS);
    }
    return deeds;
  }

  private boolean sees(Transaction trial, Member caller, Relation relation) {
    return trial.trial(inner -> traces.count(inner, caller, relation, Optional.empty()))
            instanceof Outcome.Answered<Integer>(var rows)
        && rows > 0;
  }
}

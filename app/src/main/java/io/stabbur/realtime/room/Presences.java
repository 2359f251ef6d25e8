package io.stabbur.realtime.room;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Who is present on one topic, on all replicas, and what of it was not told yet. Not safe for
/// threads: [PresenceBoard] has the lock.
final class Presences {
  /// Entries by key, and under each key by ref.
  private final Map<String, Map<String, Presence>> all = new LinkedHashMap<>();

  private List<Presence> joins = new ArrayList<>();
  private List<Presence> leaves = new ArrayList<>();

  /// Whether changes are being gathered, to be told together.
  boolean isGathering;

  /// Changes that were not told yet.
  record Changes(List<Presence> joins, List<Presence> leaves) {
    boolean isEmpty() {
      return joins.isEmpty() && leaves.isEmpty();
    }

    /// Those of one replica.
    Changes of(String replica) {
      Predicate<Presence> own = each -> each.replica().equals(replica);
      return new Changes(joins.stream().filter(own).toList(), leaves.stream().filter(own).toList());
    }

    byte[] json() {
      return Envelope.utf8("{\"joins\":" + text(joins) + ",\"leaves\":" + text(leaves) + "}");
    }
  }

  void join(Presence entry) {
    var same = all.computeIfAbsent(entry.key(), _ -> new LinkedHashMap<>());
    boolean isNew = same.putIfAbsent(entry.ref(), entry) == null;
    // clients merge the joins of a diff before its leaves: one that is back has not left
    if (isNew && !leaves.removeIf(gone -> gone.ref().equals(entry.ref()))) {
      joins.add(entry);
    }
  }

  void leave(Presence entry) {
    var same = all.get(entry.key());
    var gone = same == null ? null : same.remove(entry.ref());
    if (gone == null) {
      return;
    }
    leaves.add(gone);
    if (same != null && same.isEmpty()) {
      all.remove(entry.key());
    }
  }

  /// The entries of one replica.
  List<Presence> of(String replica) {
    return all.values().stream()
        .flatMap(same -> same.values().stream())
        .filter(each -> each.replica().equals(replica))
        .toList();
  }

  boolean isEmpty() {
    return all.isEmpty() && joins.isEmpty() && leaves.isEmpty();
  }

  /// What was not told yet, which counts as told from now on.
  Changes take() {
    var taken = new Changes(joins, leaves);
    if (!taken.isEmpty()) {
      joins = new ArrayList<>();
      leaves = new ArrayList<>();
    }
    return taken;
  }

  /// `{key:{"metas":[…]}}` of everybody.
  byte[] json() {
    return Envelope.utf8(
        text(all.values().stream().flatMap(same -> same.values().stream()).toList()));
  }

  /// `{"key":{"metas":[{…},{…}]}}`
  private static String text(Collection<Presence> entries) {
    var byKey = new LinkedHashMap<String, StringBuilder>();
    for (var entry : entries) {
      byKey.computeIfAbsent(entry.key(), _ -> new StringBuilder()).append(',').append(entry.meta());
    }
    var out = new StringBuilder("{");
    byKey.forEach(
        (key, metas) ->
            out.append(out.length() == 1 ? "" : ",")
                .append(Envelope.quote(key))
                .append(":{\"metas\":[")
                .append(metas, 1, metas.length())
                .append("]}"));
    return out.append('}').toString();
  }
}

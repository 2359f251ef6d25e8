package io.stabbur.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// What every object may hold after the answers that came, and after those that did not: the
/// checksums it may have, or nothing.
final class CrashLedger {
  static final String ABSENT = "absent";
  private final Map<String, Set<String>> possible = new ConcurrentHashMap<>();
  private final List<String> broken = new ArrayList<>();
  final AtomicInteger acknowledged = new AtomicInteger();
  final AtomicInteger unanswered = new AtomicInteger();

  /// The object certainly is that.
  void is(String name, Set<String> contents) {
    possible.put(name, Set.copyOf(contents));
    acknowledged.incrementAndGet();
  }

  /// The object may have become that, or not.
  void mayBe(String name, Set<String> contents) {
    var all = ConcurrentHashMap.<String>newKeySet();
    all.addAll(contents);
    all.addAll(of(name));
    possible.put(name, Set.copyOf(all));
  }

  Set<String> of(String name) {
    return possible.getOrDefault(name, Set.of(ABSENT));
  }

  /// The server said the object is this; it must be something the object may be.
  synchronized void saw(String name, String content) {
    if (!of(name).contains(content)) {
      broken.add(name + " is " + content + " and not " + of(name));
    }
  }

  synchronized void saw(String what) {
    broken.add(what);
  }

  synchronized List<String> broken() {
    return List.copyOf(broken);
  }

  Map<String, Set<String>> all() {
    return new TreeMap<>(possible);
  }
}

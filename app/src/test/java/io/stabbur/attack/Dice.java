package io.stabbur.attack;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/// The random choices of one try. The same seed and number make the same choices, so a find can be
/// replayed alone.
final class Dice {
  private final SplittableRandom random;
  private final long number;

  Dice(long seed, long number) {
    this.number = number;
    this.random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number * 0xD1342543DE82EF95L);
  }

  /// Which try they are of.
  long number() {
    return number;
  }

  /// A number from 0 to `bound` - 1.
  int below(int bound) {
    return random.nextInt(bound);
  }

  /// Whether an event happens that happens in so many of a hundred cases.
  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  @SafeVarargs
  final <T> T of(T... values) {
    return values[random.nextInt(values.length)];
  }

  /// Up to `most` different elements, in a random order; at least one if there is one.
  <T> List<T> some(List<T> list, int most) {
    var mixed = mixed(list);
    return mixed.subList(0, mixed.isEmpty() ? 0 : 1 + below(Math.min(most, mixed.size())));
  }

  <T> List<T> mixed(List<T> list) {
    var mixed = new ArrayList<>(list);
    for (int i = mixed.size() - 1; i > 0; i--) {
      Collections.swap(mixed, i, below(i + 1));
    }
    return mixed;
  }

  /// An identifier that exists nowhere.
  String uuid() {
    return new java.util.UUID(
            (random.nextLong() & ~0xF000L) | 0x4000L,
            (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L)
        .toString();
  }

  /// A short word of the attacker's own.
  String word() {
    return "try" + Integer.toString(random.nextInt(1_000_000), 36).toLowerCase(Locale.ROOT);
  }
}

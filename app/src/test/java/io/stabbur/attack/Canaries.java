package io.stabbur.attack;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Texts and identifiers of which it is known who may see them. Texts are planted for the purpose;
/// identifiers (UUIDs, MD5 sums) are registered as they were made.
final class Canaries {
  private static final String SIGN = "kanari";
  private static final int LENGTH = SIGN.length() + 12;
  private static final int SHORTEST = 20;
  private final Map<String, Owner> owners = new ConcurrentHashMap<>();
  private final Map<String, String> names = new ConcurrentHashMap<>();

  /// Who may see something: the members of these organisations, and a person of whom it tells.
  ///
  /// @param organizations slugs
  /// @param person the person's name in [World], or an empty text
  record Owner(Set<String> organizations, String person) {
    static Owner of(String organization) {
      return new Owner(Set.of(organization), "");
    }
  }

  /// A new text that only the owner may see.
  String text(Owner owner) {
    var text = SIGN + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    owners.put(text, owner);
    return text;
  }

  /// Takes note of an identifier that only the owner may see.
  void register(String identifier, Owner owner) {
    owners.put(identifier.toLowerCase(Locale.ROOT), owner);
  }

  /// Takes note of the name of the file that an identifier, such as its checksum, stands for.
  void name(String identifier, String name) {
    in(name).stream()
        .filter(each -> each.startsWith(SIGN))
        .findFirst()
        .ifPresent(canary -> names.put(identifier.toLowerCase(Locale.ROOT), canary));
  }

  /// The canary in the name of the file that an identifier stands for, or the identifier itself.
  String named(String identifier) {
    return names.getOrDefault(identifier, identifier);
  }

  /// Makes an identifier one that everybody may know.
  void forget(String identifier) {
    owners.remove(identifier.toLowerCase(Locale.ROOT));
  }

  Optional<Owner> owner(String canary) {
    return Optional.ofNullable(owners.get(canary));
  }

  /// The canaries in a text, also those in parts of it that are base64.
  Set<String> in(String text) {
    var found = new TreeSet<String>();
    collect(text, Depth.OUTER, found);
    return found;
  }

  /// Whether runs of letters are tried as base64 as well.
  private enum Depth {
    OUTER,
    DECODED
  }

  private void collect(String text, Depth depth, Set<String> found) {
    var lower = text.toLowerCase(Locale.ROOT);
    for (int at = lower.indexOf(SIGN); at >= 0; at = lower.indexOf(SIGN, at + 1)) {
      keep(cut(lower, at, LENGTH), found);
    }
    for (int at = 0; at < lower.length(); at++) {
      int from = at;
      while (at < lower.length() && isPartOfRun(lower.charAt(at))) {
        at++;
      }
      if (at - from >= SHORTEST) {
        identifiers(lower.substring(from, at), found);
        if (depth == Depth.OUTER) {
          decoded(text.substring(from, at))
              .ifPresent(inner -> collect(inner, Depth.DECODED, found));
        }
      }
    }
  }

  private static boolean isPartOfRun(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }

  private void identifiers(String run, Set<String> found) {
    keep(run, found);
    keep(cut(run, 0, 32), found);
    for (int dash = run.indexOf('-', 8); dash >= 0; dash = run.indexOf('-', dash + 1)) {
      if (dash + 28 <= run.length() && run.charAt(dash + 5) == '-') {
        keep(run.substring(dash - 8, dash + 28), found);
      }
    }
  }

  private void keep(String candidate, Set<String> found) {
    if (owners.containsKey(candidate)) {
      found.add(candidate);
    }
  }

  private static String cut(String text, int from, int length) {
    return text.substring(from, Math.min(text.length(), from + length));
  }

  private static Optional<String> decoded(String run) {
    try {
      var whole = run.substring(0, run.length() - (run.length() % 4 == 1 ? 1 : 0));
      return Optional.of(
          new String(Base64.getUrlDecoder().decode(whole), StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

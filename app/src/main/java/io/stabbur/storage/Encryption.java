package io.stabbur.storage;

import java.util.Optional;
import java.util.UUID;

/// Whether an object's bytes are encrypted, and for whom its key is wrapped. The name of a version
/// says it, so it is known before any byte or row is read: `enc-folder-<uuid>`,
/// `enc-project-<uuid>`; any other version is clear.
public enum Encryption {
  /// Bytes are stored as they came.
  OFF("", "off"),

  /// One wrapping key for all of a project.
  PROJECT("enc-project-", "project"),

  /// A wrapping key for each first folder of object names, such as an organisation's; the project's
  /// for names without one.
  FOLDER("enc-folder-", "folder");

  private final String prefix;
  private final String rule;

  Encryption(String prefix, String rule) {
    this.prefix = prefix;
    this.rule = rule;
  }

  /// How the bytes of a version are stored.
  public static Encryption of(String version) {
    return version.startsWith(FOLDER.prefix)
        ? FOLDER
        : version.startsWith(PROJECT.prefix) ? PROJECT : OFF;
  }

  /// From the word in a bucket's rules.
  public static Optional<Encryption> parse(String rule) {
    for (var each : values()) {
      if (each.rule.equals(rule)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /// The word in a bucket's rules.
  public String rule() {
    return rule;
  }

  /// The name of a new version.
  public String newVersion() {
    return prefix + UUID.randomUUID();
  }

  /// Names the key that wraps the keys of objects under this name.
  public String scope(String name) {
    int slash = name.indexOf('/');
    return this == FOLDER && slash > 0 ? "folder:" + name.substring(0, slash) : "project";
  }
}

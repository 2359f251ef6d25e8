package io.stabbur.platform.sql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Static SQL kept beside its owner: `SqlFile.of(Catalog.class, "tables")` reads `tables.sql`.
public final class SqlFile {
  private SqlFile() {}

  public static String of(Class<?> owner, String name) {
    try (var in = owner.getResourceAsStream(name + ".sql")) {
      if (in == null) {
        throw new IllegalStateException("no " + name + ".sql beside " + owner.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.stabbur.data.request;

import java.util.List;

/// A column as a client names it, with the path into its JSON.
public record Field(String name, List<JsonStep> path) {
  public static final Field STAR = new Field("*", List.of());

  public static Field of(String name) {
    return new Field(name, List.of());
  }

  public boolean isStar() {
    return name.equals("*") && path.isEmpty();
  }
}

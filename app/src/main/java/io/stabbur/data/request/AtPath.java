package io.stabbur.data.request;

import java.util.List;

/// Something said about the relation at the end of an embedding path; an empty path is the root.
public record AtPath<T>(List<String> path, T what) {
  public boolean atRoot() {
    return path.isEmpty();
  }
}

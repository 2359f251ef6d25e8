package io.stabbur.realtime.room;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The version of the Phoenix serializer that a socket speaks (`vsn`).
public enum Wire {
  /// JSON objects.
  V1("1\\.0\\.\\d+"),
  /// JSON arrays, and binary frames for broadcasts.
  V2("2\\.0\\.\\d+");

  private final Pattern versions;

  Wire(String versions) {
    this.versions = Pattern.compile(versions);
  }

  /// The version a client asks for; absent means 1.0.0.
  public static Optional<Wire> of(@Nullable String vsn) {
    for (var each : values()) {
      if (vsn == null || each.versions.matcher(vsn).matches()) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}

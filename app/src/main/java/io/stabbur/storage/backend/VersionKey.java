package io.stabbur.storage.backend;

import static java.util.stream.Collectors.joining;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One version of one object: `<tenant>/<bucket>/<name>/<version>`. A version is written once and
/// never changed, so whoever reads it sees all of it or nothing.
public record VersionKey(String tenant, String bucket, String name, String version) {
  /// The key as an S3-compatible store spells it. Some stores join slashes, so an empty segment is
  /// spelled `%`; a percent sign, which no name holds, would be `%25`.
  public String path() {
    return tenant + '/' + bucket + '/' + spelled(name) + '/' + version;
  }

  private static String spelled(String name) {
    return Stream.of(name.replace("%", "%25").split("/", -1))
        .map(segment -> segment.isEmpty() ? "%" : segment)
        .collect(joining("/"));
  }

  private static String read(String spelled) {
    return Stream.of(spelled.split("/", -1))
        .map(segment -> segment.equals("%") ? "" : segment.replace("%25", "%"))
        .collect(joining("/"));
  }

  /// A key from [#path]; null when the text is not one.
  static @Nullable VersionKey parsePath(String path) {
    var key = parse(path);
    return key == null ? null : new VersionKey(key.tenant, key.bucket, read(key.name), key.version);
  }

  /// Reads four parts joined by slashes; null when the text has fewer.
  static @Nullable VersionKey parse(String path) {
    int tenantEnd = path.indexOf('/');
    int bucketEnd = path.indexOf('/', tenantEnd + 1);
    int nameEnd = path.lastIndexOf('/');
    if (tenantEnd <= 0 || bucketEnd <= tenantEnd + 1 || nameEnd <= bucketEnd) {
      return null;
    }
    return new VersionKey(
        path.substring(0, tenantEnd),
        path.substring(tenantEnd + 1, bucketEnd),
        path.substring(bucketEnd + 1, nameEnd),
        path.substring(nameEnd + 1));
  }
}

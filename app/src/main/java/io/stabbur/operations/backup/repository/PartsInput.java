package io.stabbur.operations.backup.repository;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/// Joins the sealed parts of a stream again.
final class PartsInput extends InputStream {
  private final Repository repository;
  private final String name;
  private ByteArrayInputStream part = new ByteArrayInputStream(new byte[0]);
  private int next;
  private boolean last;

  PartsInput(Repository repository, String name) {
    this.repository = repository;
    this.name = name;
  }

  @Override
  public int read() {
    return hasMore() ? part.read() : -1;
  }

  @Override
  public int read(byte[] into, int from, int length) {
    if (length == 0) {
      return 0;
    }
    return hasMore() ? part.read(into, from, length) : -1;
  }

  private boolean hasMore() {
    while (part.available() == 0 && !last) {
      var content =
          repository
              .read(name + '.' + next)
              .filter(found -> found.length > 0)
              .orElseThrow(
                  () ->
                      new DamagedException(
                          "The backup repository lacks %s.%d".formatted(name, next)));
      last = content[0] == PartsOutput.LAST;
      part = new ByteArrayInputStream(content, 1, content.length - 1);
      next++;
    }
    return part.available() > 0;
  }
}

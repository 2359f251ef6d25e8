package io.stabbur.data.typescript;

/// Text that is written line by line, each as deep as the braces that are open.
final class Lines {
  private final StringBuilder text = new StringBuilder();
  private int depth;

  void line(String line) {
    if (!line.isEmpty()) {
      text.repeat("  ", depth).append(line);
    }
    text.append('\n');
  }

  /// A line that ends with an open brace or bracket.
  void open(String line) {
    line(line);
    depth++;
  }

  void close(String line) {
    depth--;
    line(line);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

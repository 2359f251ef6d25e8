package io.stabbur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Looks for bytes of a known file in whatever was stored: sixteen of them in a row, from any place
/// in the file, at any place on the disk.
public final class ClearBytes {
  private static final int WINDOW = 16;

  /// Each window in what is searched contains a word that begins at a multiple of this.
  private static final int STEP = WINDOW - Long.BYTES + 1;

  private final boolean[] words = new boolean[1 << 22];
  private final Set<ByteBuffer> windows = new HashSet<>();

  /// The known file; its bytes should look random.
  public ClearBytes(byte[] known) {
    for (int at = 0; at + WINDOW <= known.length; at++) {
      var window = ByteBuffer.wrap(known, at, WINDOW).slice();
      windows.add(window);
      for (int word = 0; word < STEP; word++) {
        words[place(window.getLong(word))] = true;
      }
    }
  }

  private static int place(long bytes) {
    return (int) ((bytes * 0x9E3779B97F4A7C15L) >>> 42);
  }

  /// The files below a folder that hold some of the bytes. Files that go meanwhile hold none.
  public List<Path> in(Path folder) {
    var found = new ArrayList<Path>();
    try (var files = Files.walk(folder)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        if (isIn(bytes(file))) {
          found.add(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static byte[] bytes(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new byte[0];
    }
  }

  /// Whether some of the bytes are among others.
  public boolean isIn(byte[] bytes) {
    var all = ByteBuffer.wrap(bytes);
    for (int at = 0; at + Long.BYTES <= bytes.length; at += STEP) {
      if (words[place(all.getLong(at))] && isAround(all, at)) {
        return true;
      }
    }
    return false;
  }

  private boolean isAround(ByteBuffer all, int word) {
    int last = Math.min(word, all.capacity() - WINDOW);
    for (int at = Math.max(0, word - STEP + 1); at <= last; at++) {
      if (windows.contains(all.slice(at, WINDOW))) {
        return true;
      }
    }
    return false;
  }
}

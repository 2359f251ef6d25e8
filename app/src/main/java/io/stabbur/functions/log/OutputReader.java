package io.stabbur.functions.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads what a process writes until it closes its output. Text between two marks is one event, as
/// `console.log` wrote it; anything else is an event for each line. An event of more than 10,000
/// bytes is cut, so memory is bounded whatever a function writes.
public final class OutputReader {
  private static final int LONGEST = 10_000;
  private static final byte MARK = 0x1e;

  private final Listener listener;
  private final byte[] line = new byte[LONGEST];
  private int length;
  private final ByteArrayOutputStream event = new ByteArrayOutputStream();
  private @Nullable String level;
  private @Nullable String execution;

  /// Hears of events in their order.
  public interface Listener {
    /// The function serves from now on.
    void ready();

    /// The process was asked whether the function is loaded, and it is.
    void loaded();

    void event(String level, @Nullable String execution, String text);
  }

  public OutputReader(Listener listener) {
    this.listener = listener;
  }

  /// Reads to the end of the stream.
  public void read(InputStream output) throws IOException {
    var piece = new byte[16 * 1024];
    for (int count = output.read(piece); count >= 0; count = output.read(piece)) {
      for (int at = 0; at < count; ) {
        at = take(piece, at, count);
      }
    }
    if (length > 0) {
      endLine();
    }
    if (level != null) {
      endEvent();
    }
  }

  /// Copies up to the end of the line; where the next one begins.
  private int take(byte[] piece, int from, int to) {
    int end = from;
    while (end < to && piece[end] != '\n') {
      end++;
    }
    int kept = Math.min(end - from, LONGEST - length);
    System.arraycopy(piece, from, line, length, kept);
    length += kept;
    if (end < to) {
      endLine();
      return end + 1;
    }
    return end;
  }

  private void endLine() {
    var bytes = Arrays.copyOf(line, length);
    length = 0;
    // text without a line's end may stand before a mark
    int mark = indexOf(bytes);
    if (mark < 0) {
      text(bytes);
    } else {
      if (mark > 0) {
        text(Arrays.copyOf(bytes, mark));
      }
      command(new String(bytes, mark + 1, bytes.length - mark - 1, StandardCharsets.UTF_8));
    }
  }

  private static int indexOf(byte[] bytes) {
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] == MARK) {
        return at;
      }
    }
    return -1;
  }

  private void command(String text) {
    if (text.equals("R")) {
      listener.ready();
    } else if (text.equals("L")) {
      listener.loaded();
    } else if (text.equals("E")) {
      endEvent();
    } else if (text.startsWith("S")) {
      if (level != null) {
        endEvent();
      }
      int blank = text.indexOf(' ');
      level = blank < 0 ? text.substring(1) : text.substring(1, blank);
      var named = blank < 0 ? "-" : text.substring(blank + 1);
      execution = named.equals("-") ? null : named;
    }
  }

  private void text(byte[] text) {
    if (level == null) {
      // what the runtime itself writes: an uncaught error
      listener.event("error", null, Utf8.text(text));
    } else if (event.size() < LONGEST) {
      if (event.size() > 0) {
        event.write('\n');
      }
      event.write(text, 0, Math.min(text.length, LONGEST - event.size()));
    }
  }

  private void endEvent() {
    listener.event(wire(level == null ? "log" : level), execution, Utf8.text(event.toByteArray()));
    event.reset();
    level = null;
    execution = null;
  }

  private static String wire(String level) {
    return switch (level) {
      case "debug", "trace" -> "debug";
      case "warn" -> "warning";
      case "error" -> "error";
      default -> "info";
    };
  }
}

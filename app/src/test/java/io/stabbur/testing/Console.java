package io.stabbur.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// The standard streams of one thread and of the threads it starts; other threads keep those of the
/// process, so tests that run at the same time do not read each other's output.
public final class Console {
  private static final InheritableThreadLocal<@Nullable Console> CURRENT =
      new InheritableThreadLocal<>();

  static {
    System.setOut(routed(System.out, console -> console.out));
    System.setErr(routed(System.err, console -> console.err));
    System.setIn(new RoutedInput(System.in));
  }

  private final InputStream in;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private volatile boolean isOpen = true;

  private Console(String input) {
    in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
  }

  /// What a command left behind.
  public record Ended(int code, String output, String errors) {}

  /// Runs a command whose standard input is `input`.
  public static Ended capture(String input, IntSupplier command) {
    var console = new Console(input);
    CURRENT.set(console);
    try {
      int code = command.getAsInt();
      return new Ended(
          code,
          console.out.toString(StandardCharsets.UTF_8),
          console.err.toString(StandardCharsets.UTF_8));
    } finally {
      console.isOpen = false;
      CURRENT.remove();
    }
  }

  private static @Nullable Console current() {
    var console = CURRENT.get();
    return console != null && console.isOpen ? console : null;
  }

  private static PrintStream routed(PrintStream process, Function<Console, OutputStream> stream) {
    return new PrintStream(new RoutedOutput(process, stream), true, StandardCharsets.UTF_8);
  }

  private static final class RoutedOutput extends OutputStream {
    private final PrintStream process;
    private final Function<Console, OutputStream> stream;

    RoutedOutput(PrintStream process, Function<Console, OutputStream> stream) {
      this.process = process;
      this.stream = stream;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      var console = current();
      (console == null ? process : stream.apply(console)).write(bytes, from, length);
    }

    @Override
    public void flush() {
      process.flush();
    }
  }

  private static final class RoutedInput extends InputStream {
    private final InputStream process;

    RoutedInput(InputStream process) {
      this.process = process;
    }

    @Override
    public int read() throws IOException {
      var console = current();
      return (console == null ? process : console.in).read();
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      var console = current();
      return (console == null ? process : console.in).read(bytes, from, length);
    }
  }
}

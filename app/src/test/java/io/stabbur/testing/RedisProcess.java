package io.stabbur.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/// A real Redis (Debian's `redis-server`) on a loopback port of its own, with a password, keeping
/// nothing.
public final class RedisProcess implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/redis-server");
  private static final String PASSWORD = "not-a-secret";

  private final int port;
  private Process process;

  private RedisProcess(int port, Process process) {
    this.port = port;
    this.process = process;
  }

  public static RedisProcess start() {
    int port = TestServer.freePort();
    return new RedisProcess(port, launch(port));
  }

  /// Ends at once and starts anew on the same port.
  public void restart() {
    close();
    process = launch(port);
  }

  public String url() {
    return "redis://:" + PASSWORD + "@127.0.0.1:" + port;
  }

  private static Process launch(int port) {
    var line =
        List.of(
            PROGRAM.toString(),
            "--port",
            String.valueOf(port),
            "--bind",
            "127.0.0.1",
            "--requirepass",
            PASSWORD,
            "--save",
            "",
            "--appendonly",
            "no");
    try {
      var started =
          new ProcessBuilder(line)
              .directory(new File("/tmp"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Await.until("Redis answers", () -> answers(port));
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(PROGRAM + " is needed: apt-get install redis-server", e);
    }
  }

  private static boolean answers(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}

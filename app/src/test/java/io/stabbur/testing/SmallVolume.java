package io.stabbur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A file system of its own in memory, whose size a test changes: mounted by root, or by `sudo`
/// where that asks for no password.
public final class SmallVolume implements AutoCloseable {
  private static final int MEGABYTE = 1024 * 1024;

  private final Path folder;

  private SmallVolume(Path folder) {
    this.folder = folder;
  }

  public static SmallVolume mount(int megabytes) {
    var folder = TestServer.newFolder();
    run("mount", "-t", "tmpfs", "-o", "mode=755,size=" + megabytes + 'm', "tmpfs", folder);
    if (!PostgresAccount.isRoot()) {
      run("chown", System.getProperty("user.name"), folder);
    }
    return new SmallVolume(folder);
  }

  public Path folder() {
    return folder;
  }

  public void resize(int megabytes) {
    run("mount", "-o", "remount,size=" + megabytes + 'm', folder);
  }

  /// Megabytes that are used, rounded up.
  public int used() {
    try {
      var store = Files.getFileStore(folder);
      return (int) ((store.getTotalSpace() - store.getUsableSpace()) / MEGABYTE) + 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes a file of that many megabytes; removes it where that is none.
  public void fill(String name, int megabytes) {
    var file = folder.resolve(name);
    try {
      if (megabytes == 0) {
        Files.delete(file);
      } else {
        Files.write(file, new byte[megabytes * MEGABYTE]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(String command, Object... arguments) {
    var line = new ArrayList<String>();
    if (!PostgresAccount.isRoot()) {
      line.addAll(List.of("sudo", "-n"));
    }
    line.add(command);
    for (var argument : arguments) {
      line.add(argument.toString());
    }
    try {
      var process = new ProcessBuilder(line).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(
            String.join(" ", line) + ": " + said + " (this test mounts a file system in memory)");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    run("umount", "-l", folder);
  }
}

package io.stabbur.project.embedded;

import io.stabbur.project.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Postgres refuses to run as root. Started as root, its commands are run as `nobody`, or, where
/// the data folder lies under one that `nobody` may not enter, in a user namespace of its own.
sealed interface Privileges {
  /// The command line that runs `command` as the right user.
  List<String> wrap(List<String> command);

  /// Makes `folder` belong to the user that Postgres runs as.
  void own(Path folder) throws IOException;

  /// An ordinary user: nothing to drop.
  record Same() implements Privileges {
    @Override
    public List<String> wrap(List<String> command) {
      return command;
    }

    @Override
    public void own(Path folder) {}
  }

  /// Root, become `nobody`.
  record Nobody() implements Privileges {
    @Override
    public List<String> wrap(List<String> command) {
      return prefixed(
          List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"), command);
    }

    @Override
    public void own(Path folder) throws IOException {
      run(List.of("chown", "-R", "nobody:nogroup", folder.toString()));
    }
  }

  /// Root, in a user namespace where it is nobody special.
  record Namespace() implements Privileges {
    @Override
    public List<String> wrap(List<String> command) {
      return prefixed(List.of("unshare", "-U", "--"), command);
    }

    @Override
    public void own(Path folder) {}
  }

  static Privileges of(Path data) throws IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return new Same();
    }
    var nobody = new Nobody();
    if (Folders.searchableByAll(data) && works(nobody)) {
      return nobody;
    }
    var namespace = new Namespace();
    if (works(namespace)) {
      return namespace;
    }
    throw new StartFailure(
        "Postgres cannot run as root and %s cannot be entered by another user; run Stabbur as an ordinary user or choose a data folder such as /var/lib/stabbur with --data."
            .formatted(data));
  }

  private static boolean works(Privileges privileges) {
    try {
      return new ProcessBuilder(privileges.wrap(List.of("true")))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static List<String> prefixed(List<String> prefix, List<String> command) {
    var all = new ArrayList<>(prefix);
    all.addAll(command);
    return all;
  }

  private static void run(List<String> command) throws IOException {
    var log = Files.createTempFile("stabbur", ".log");
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(command.getFirst() + " failed: " + Files.readString(log).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.delete(log);
    }
  }
}

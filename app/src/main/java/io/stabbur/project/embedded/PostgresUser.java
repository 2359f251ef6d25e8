package io.stabbur.project.embedded;

import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.FileOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The operating-system user that Postgres and its tools run as: that of this process, or, since
/// Postgres refuses to run as root, a user that belongs to Stabbur alone. A user that other
/// programs share, such as `nobody`, would let each of them read the cluster.
sealed interface PostgresUser {
  Logger LOG = LoggerFactory.getLogger(PostgresUser.class);

  /// The command line that runs `command` as this user.
  List<String> wrap(List<String> command);

  /// Makes a file or folder, and all that is in it, belong to this user.
  void own(Path path) throws IOException;

  /// Takes over a cluster that was written under another user.
  void takeOver(Path cluster) throws IOException;

  /// The user of this process, which is not root.
  record Same() implements PostgresUser {
    @Override
    public List<String> wrap(List<String> command) {
      return command;
    }

    @Override
    public void own(Path path) {}

    @Override
    public void takeOver(Path cluster) {}
  }

  /// Another user, for a process of root.
  ///
  /// @param uid its number, and `gid` that of its first group
  record Own(String name, int uid, int gid) implements PostgresUser {
    @Override
    public List<String> wrap(List<String> command) {
      var all =
          new ArrayList<>(
              List.of(
                  "setpriv",
                  "--reuid=" + uid,
                  "--regid=" + gid,
                  "--clear-groups",
                  "--no-new-privs",
                  "--"));
      all.addAll(command);
      return all;
    }

    @Override
    public void own(Path path) throws IOException {
      var _ =
          Command.run(
              Path.of("/"), "", List.of("chown", "-R", uid + ":" + gid, "--", path.toString()));
    }

    @Override
    public void takeOver(Path cluster) throws IOException {
      if (Files.exists(cluster) && FileOwner.of(cluster).uid() != uid) {
        LOG.info(
            "The cluster in {} belonged to {}; from now on it belongs to {}",
            cluster,
            FileOwner.of(cluster).name(),
            name);
        own(cluster);
      }
    }
  }

  Pattern NUMBERS = Pattern.compile("uid=(\\d{1,9})\\D.*?gid=(\\d{1,9})\\b");

  /// The user for a data folder.
  ///
  /// @param name the user for a process of root
  static PostgresUser of(Path data, String name) throws IOException {
    if (FileOwner.ofThisProcess() != 0) {
      return new Same();
    }
    var user = numbered(name);
    if (user.uid == 0 || name.equals("nobody")) {
      throw new StartFailure(
          "Postgres cannot run as %s, which other programs run as too; name a user that belongs to Stabbur alone in stabbur.postgres.os-user."
              .formatted(name));
    }
    if (!Command.succeeds(user.wrap(List.of("test", "-x", data.toString())))) {
      throw new StartFailure(
          "Postgres runs as %s, which may not enter %s; let everybody pass the folders on that path (chmod o+x), or choose a data folder such as /var/lib/stabbur with --data."
              .formatted(name, data));
    }
    return user;
  }

  /// By what `id` says: `uid=998(stabbur) gid=998(stabbur) groups=...`.
  private static Own numbered(String name) {
    try {
      var numbers = NUMBERS.matcher(Command.run(Path.of("/"), "", List.of("id", "--", name)));
      if (numbers.lookingAt()) {
        return new Own(
            name, Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
      }
    } catch (IOException e) {
      LOG.debug("id {}: {}", name, e.getMessage());
    }
    throw new StartFailure(
        "Stabbur was started as root, and Postgres needs a user of its own: run `useradd --system --user-group --no-create-home --shell /usr/sbin/nologin %s`, name another user in stabbur.postgres.os-user, or start Stabbur as an ordinary user."
            .formatted(name));
  }
}

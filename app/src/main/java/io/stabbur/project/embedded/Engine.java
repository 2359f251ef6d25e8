package io.stabbur.project.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The programs of one Postgres, ready to be started, with the control files of our own extensions.
///
/// @param bin the folder with `postgres` and `initdb`
/// @param libraries the folder with the modules that it loads
/// @param major such as 17
/// @param origin how messages name it
record Engine(Path bin, Path libraries, int major, String origin) {
  static final String CRON = "pg_cron";

  /// Makes the engine for a data folder.
  ///
  /// @param written the major version that wrote the cluster; empty while there is none
  static Engine of(Path home, PostgresPrograms programs, Optional<Integer> written)
      throws IOException {
    return programs.binaries().equals(PostgresPrograms.BUNDLED)
        ? PostgresBinaries.unpack(home)
        : InstalledPostgres.find(programs.binaries(), written).engine(home);
  }

  Path program(String name) {
    return bin.resolve(name);
  }

  /// What it loads at its start, of what it has: statistics of statements, and `pg_cron`, which
  /// works only if it is loaded then.
  List<String> preloaded() {
    var loaded = new ArrayList<String>();
    for (var library : new String[] {"pg_stat_statements", CRON}) {
      if (has(library)) {
        loaded.add(library);
      }
    }
    return loaded;
  }

  /// Settings of what it loads. Jobs of `pg_cron` run without a password, in processes of the
  /// server.
  String settings() {
    return has(CRON) ? "cron.database_name = 'postgres'\ncron.use_background_workers = on" : "";
  }

  private boolean has(String library) {
    return Files.exists(libraries.resolve(library + ".so"));
  }
}

package io.stabbur.project.embedded;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// PgBouncer in transaction mode before an embedded Postgres, for many short-lived clients. A child
/// process that ends when this process does, however that comes about; one that ends by itself is
/// started again.
///
/// Who comes shows the database's own password: PgBouncer looks up its SCRAM verifier, and logs in
/// with what the client proved. The superuser is not let through.
public final class TransactionPooler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionPooler.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(10);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Path folder;
  private final Options options;
  private final PostgresUser user;
  private volatile @Nullable Process process;

  /// How it is set up.
  ///
  /// @param program PgBouncer
  /// @param address where it listens
  /// @param connections most connections to the database, for each user
  public record Options(Path program, String address, int port, int connections) {
    boolean isLocal() {
      return address.equals("127.0.0.1") || address.equals("localhost");
    }
  }

  private TransactionPooler(Path folder, Options options, PostgresUser user) {
    this.folder = folder;
    this.options = options;
    this.user = user;
  }

  /// Starts one for the database at `databasePort` of this machine.
  ///
  /// @param home the data folder of the project
  /// @param osUser the operating-system user if this process is root's
  /// @param superuser the password with which verifiers are looked up
  public static TransactionPooler start(
      Path home, Options options, int databasePort, String osUser, Secret superuser) {
    if (!Files.isExecutable(options.program())) {
      throw new StartFailure(
          "The pooler needs PgBouncer, and there is no %s; install the package pgbouncer, name the program in stabbur.postgres.pooler-program, or leave out pooler-port."
              .formatted(options.program()));
    }
    try {
      requireFree(options);
      var pooler =
          new TransactionPooler(
              home.toRealPath().resolve("pgbouncer"), options, PostgresUser.of(home, osUser));
      pooler.configure(databasePort, superuser);
      pooler.keepAlive(pooler.launch());
      return pooler;
    } catch (IOException e) {
      throw new StartFailure("The pooler cannot be started: " + e.getMessage(), e);
    }
  }

  private static void requireFree(Options options) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(options.address()), options.port()));
    } catch (IOException e) {
      throw new StartFailure(
          "The pooler cannot listen on %s port %d; choose others in pooler-address and pooler-port under stabbur.postgres."
              .formatted(options.address(), options.port()),
          e);
    }
  }

  private void configure(int databasePort, Secret superuser) throws IOException {
    Files.createDirectories(folder);
    user.own(folder);
    write("users.txt", "\"%s\" \"%s\"%n".formatted(EmbeddedPostgres.SUPERUSER, superuser.reveal()));
    write(
        "access.conf",
        """
        host all %s 0.0.0.0/0 reject
        host all %s ::/0 reject
        host all all 0.0.0.0/0 scram-sha-256
        host all all ::/0 scram-sha-256
        """
            .formatted(EmbeddedPostgres.SUPERUSER, EmbeddedPostgres.SUPERUSER));
    var tls = "";
    if (!options.isLocal()) {
      var home = Objects.requireNonNull(folder.getParent());
      var _ = OwnCertificate.of(home, List.of("localhost"));
      write("tls.key", Files.readString(home.resolve(OwnCertificate.KEY_FILE)));
      write("tls.crt", Files.readString(home.resolve(OwnCertificate.CERTIFICATE_FILE)));
      tls =
          """
          client_tls_sslmode = require
          client_tls_key_file = %1$s/tls.key
          client_tls_cert_file = %1$s/tls.crt
          """
              .formatted(folder);
    }
    write(
        "pgbouncer.ini",
        """
        [databases]
        * = host=127.0.0.1 port=%d auth_user=%s
        [pgbouncer]
        listen_addr = %s
        listen_port = %d
        unix_socket_dir =
        pool_mode = transaction
        max_client_conn = 2000
        default_pool_size = %d
        auth_type = hba
        auth_hba_file = %s/access.conf
        auth_file = %s/users.txt
        auth_query = select usename, passwd from pg_catalog.pg_shadow where usename = $1 and not usesuper
        ignore_startup_parameters = extra_float_digits,options,search_path,statement_timeout
        server_reset_query = discard all
        server_reset_query_always = 0
        log_connections = 0
        log_disconnections = 0
        %s\
        """
            .formatted(
                databasePort,
                EmbeddedPostgres.SUPERUSER,
                options.address(),
                options.port(),
                options.connections(),
                folder,
                folder,
                tls));
  }

  private void write(String file, String content) throws IOException {
    var _ =
        Command.run(
            folder,
            content,
            user.wrap(
                List.of(
                    "sh",
                    "-c",
                    "umask 077; cat > \"$1\"",
                    "write",
                    folder.resolve(file).toString())));
  }

  private Process launch() throws IOException {
    var line =
        Supervisor.line(
            "pgbouncer-supervisor",
            "TERM",
            user.wrap(
                List.of(
                    options.program().toString(),
                    "-q",
                    folder.resolve("pgbouncer.ini").toString())));
    var log = folder.resolveSibling("pgbouncer.log");
    var started =
        Command.builder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    process = started;
    var limit = Instant.now().plus(START_LIMIT);
    while (!answers()) {
      if (!started.isAlive() || Instant.now().isAfter(limit)) {
        close();
        throw new IOException("it does not answer; see " + log);
      }
      pause(Duration.ofMillis(20));
    }
    return started;
  }

  private boolean answers() {
    var address = options.address().equals("*") ? "127.0.0.1" : options.address();
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, options.port()), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void keepAlive(Process watched) {
    Thread.ofVirtual()
        .name("pgbouncer-watch")
        .start(
            () -> {
              var running = watched;
              try {
                while (running.equals(process)) {
                  running.waitFor();
                  if (running.equals(process)) {
                    LOG.warn("The pooler has ended unexpectedly; starting it again");
                    Thread.sleep(PAUSE);
                    running = launchAgain(running);
                  }
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private Process launchAgain(Process ended) {
    try {
      return launch();
    } catch (IOException e) {
      LOG.error("The pooler does not start: {}", e.getMessage());
      process = ended;
      return ended;
    }
  }

  @Override
  public void close() {
    var running = process;
    process = null;
    if (running != null) {
      ChildProcess.end(running, STOP_LIMIT);
    }
  }

  private static void pause(Duration time) throws IOException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}

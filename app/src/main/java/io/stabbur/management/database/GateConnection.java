package io.stabbur.management.database;

import io.stabbur.management.reference.ProjectReference;
import io.stabbur.project.LoginRoles;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client of the database port: TLS here, then what both sides say is passed on as it is.
///
/// Which project is meant says the name of the host (`db.REFERENCE.…`), or the user
/// (`NAME.REFERENCE`); where there is one project, it is that.
final class GateConnection {
  private static final Logger LOG = LoggerFactory.getLogger(GateConnection.class);
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int BUFFER = 16 * 1024;
  private static final int REFERENCE_LENGTH = 20;
  private static final String REFUSED = "28000";

  private final Socket client;
  private final SSLSocketFactory tls;
  private final Projects projects;

  GateConnection(Socket client, SSLSocketFactory tls, Projects projects) {
    this.client = client;
    this.tls = tls;
    this.projects = projects;
  }

  /// Until one side ends.
  void run() throws IOException {
    client.setSoTimeout(PATIENCE_MILLIS);
    var plain = new DataInputStream(client.getInputStream());
    var first = Startup.read(plain);
    if (first.code() == Startup.GSS) {
      client.getOutputStream().write('N');
      first = Startup.read(plain);
    }
    if (first.code() != Startup.TLS) {
      refuse(client, REFUSED, "This port needs TLS; connect with sslmode=require");
      return;
    }
    client.getOutputStream().write('S');
    try (var secure = (SSLSocket) tls.createSocket(client, null, client.getPort(), false)) {
      secure.setUseClientMode(false);
      secure.startHandshake();
      logIn(secure);
    }
  }

  private void logIn(SSLSocket secure) throws IOException {
    var startup = Startup.read(new DataInputStream(secure.getInputStream()));
    var project = startup.isLogin() ? project(secure, startup.user()) : Optional.<Project>empty();
    if (project.isEmpty()) {
      refuse(secure, REFUSED, "No project is named; log in as ROLE.REFERENCE");
      return;
    }
    var login = project.get().admin().login();
    var role = role(startup.user());
    if (!role.equals(login.user()) && !new LoginRoles(project.get()).admits(role)) {
      refuse(secure, REFUSED, "This role may not log in here");
      return;
    }
    // jdbc:postgresql://127.0.0.1:5433/postgres
    var address = URI.create(login.url().substring("jdbc:".length()));
    try (var database = new Socket()) {
      database.connect(
          new InetSocketAddress(address.getHost(), address.getPort()), PATIENCE_MILLIS);
      database
          .getOutputStream()
          .write(
              startup.as(role, address.getPath().substring(1).replaceFirst("\\?.*", "")).bytes());
      exchange(secure, database);
    }
  }

  private static String role(String user) {
    int dot = user.lastIndexOf('.');
    return dot > 0 && user.length() - dot - 1 == REFERENCE_LENGTH ? user.substring(0, dot) : user;
  }

  /// Only embedded servers are behind this port: others have their own.
  private Optional<Project> project(SSLSocket secure, String user) {
    var all =
        projects.all().stream()
            .filter(project -> project.settings().isEmbedded() && project.settings().prepare())
            .toList();
    var host = host(secure);
    var called =
        ProjectReference.only(
            all,
            reference ->
                user.endsWith("." + reference) || host.startsWith("db." + reference + "."));
    if (called.isPresent()) {
      return called;
    }
    boolean named = !role(user).equals(user) || host.startsWith("db.");
    return all.size() == 1 && !named ? Optional.of(all.getFirst()) : Optional.empty();
  }

  private static String host(SSLSocket secure) {
    return secure.getSession() instanceof ExtendedSSLSession session
        ? session.getRequestedServerNames().stream()
            .filter(SNIHostName.class::isInstance)
            .map(name -> ((SNIHostName) name).getAsciiName())
            .findFirst()
            .orElse("")
        : "";
  }

  /// Until one side ends.
  private void exchange(SSLSocket secure, Socket database) throws IOException {
    var up =
        Thread.ofVirtual()
            .name("database-client-up")
            .start(
                () -> {
                  try {
                    client.setSoTimeout(0);
                    pass(secure.getInputStream(), database.getOutputStream());
                    database.shutdownOutput();
                  } catch (IOException e) {
                    LOG.debug("a client of the database port has ended: {}", e.toString());
                    closeQuietly(database);
                  }
                });
    pass(database.getInputStream(), secure.getOutputStream());
    closeQuietly(client);
    up.interrupt();
  }

  private static void pass(InputStream in, OutputStream out) throws IOException {
    var buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
      out.flush();
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("a connection of the database port was not closed: {}", e.toString());
    }
  }

  static void refuse(Socket socket, String state, String message) throws IOException {
    socket.getOutputStream().write(Startup.refusal(state, message));
    socket.getOutputStream().flush();
  }
}

package io.stabbur.management.database;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import io.stabbur.management.settings.ManagementSettings;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.http.Networks;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.share.Share.Lane;
import io.stabbur.platform.share.Terms;
import io.stabbur.project.Projects;
import io.stabbur.project.ServerSettings;
import io.stabbur.project.embedded.OwnCertificate;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The port where Supabase's command and other clients of Postgres reach the embedded databases
/// over TLS, if a setting names one. Only owners of projects and temporary roles are let through.
@Singleton
public final class DatabaseGate implements ApplicationEventListener<ServerStartupEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseGate.class);
  private static final int MOST = 48;
  private static final String TOO_MANY = "53300";

  private final ManagementSettings settings;
  private final ServerSettings server;
  private final Projects projects;
  private final FairShare connections =
      new FairShare(Terms.thirds(MOST, "Too many connections to the database port"));
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private @Nullable ServerSocket listening;
  private volatile @Nullable String fingerprint;

  DatabaseGate(ManagementSettings settings, ServerSettings server, Projects projects) {
    this.settings = settings;
    this.server = server;
    this.projects = projects;
  }

  @Override
  public void onApplicationEvent(ServerStartupEvent event) {
    var port = settings.databasePort();
    if (port == null) {
      return;
    }
    var certificate = OwnCertificate.of(server.data(), names());
    try {
      var socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(settings.databaseAddress()), port));
      listening = socket;
      fingerprint = certificate.fingerprint();
      var tls = certificate.context().getSocketFactory();
      Thread.ofVirtual().name("database-port").start(() -> accept(socket, tls));
      LOG.info(
          "database port {} with TLS, certificate SHA-256 {}",
          socket.getLocalPort(),
          certificate.fingerprint());
    } catch (IOException | GeneralSecurityException e) {
      throw new StartFailure(
          "The database port %d on %s cannot be opened; stop what listens there or choose another with stabbur.management.database-port."
              .formatted(port, settings.databaseAddress()),
          e);
    }
  }

  /// SHA-256 of the certificate; none where there is no such port.
  public Optional<String> fingerprint() {
    return Optional.ofNullable(fingerprint);
  }

  private List<String> names() {
    var names = new ArrayList<>(List.of("localhost", "*.localhost"));
    var host = settings.projectHost();
    if (host != null) {
      names.add(host);
      names.add("*." + host);
    }
    return names;
  }

  private void accept(ServerSocket socket, SSLSocketFactory tls) {
    while (!socket.isClosed()) {
      try {
        var client = socket.accept();
        open.add(client);
        Thread.ofVirtual().name("database-client").start(() -> serve(client, tls));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          LOG.warn("a client of the database port was not accepted: {}", e.toString());
        }
      }
    }
  }

  private void serve(Socket client, SSLSocketFactory tls) {
    var network = Networks.of(client.getInetAddress().getHostAddress(), Networks.CLIENT);
    var permit = connections.tryAcquire(Share.of(Lane.ANONYMOUS, network), 1);
    try (client) {
      if (permit.isEmpty()) {
        GateConnection.refuse(client, TOO_MANY, "Too many connections; try again later");
      } else {
        new GateConnection(client, tls, projects).run();
      }
    } catch (IOException e) {
      LOG.debug("a client of the database port has ended: {}", e.toString());
    } finally {
      permit.ifPresent(FairShare.Permit::close);
      open.remove(client);
    }
  }

  @PreDestroy
  void close() throws IOException {
    var socket = listening;
    if (socket != null) {
      socket.close();
    }
    for (var client : List.copyOf(open)) {
      client.close();
    }
  }
}

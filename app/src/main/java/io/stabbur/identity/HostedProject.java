package io.stabbur.identity;

import io.stabbur.platform.http.proxy.RemoteServer;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Terms;
import io.stabbur.project.Project;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The hosted project that serves parts of a project, how many requests may be under way there, and
/// the WebSockets that are open.
final class HostedProject implements AutoCloseable {
  private static final Terms TERMS =
      Terms.thirds(300, "Too many requests to the hosted project are under way");

  private final URI address;
  private final Duration patience;
  private final Duration socketLimit;
  private final RemoteServer server;
  private final FairShare permits = new FairShare(TERMS);
  private final Set<Passage> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  HostedProject(Project project) {
    this.address = Objects.requireNonNull(project.settings().hostedUrl());
    this.patience = project.settings().hostedTimeout();
    this.socketLimit = project.settings().hostedSocketLimit();
    this.server = new RemoteServer(address);
  }

  RemoteServer server() {
    return server;
  }

  FairShare permits() {
    return permits;
  }

  /// How long it may take to begin an answer once it has the whole request.
  Duration patience() {
    return patience;
  }

  /// How long a WebSocket may last.
  Duration socketLimit() {
    return socketLimit;
  }

  /// A request became a WebSocket, which ends with the project at the latest.
  void opened(Passage socket) {
    sockets.add(socket);
    if (closed) {
      socket.endSocket();
    }
  }

  void ended(Passage socket) {
    sockets.remove(socket);
  }

  /// The header `Host` of its requests.
  String authority() {
    return address.getRawAuthority();
  }

  /// An address of its own as the clients of `publicUrl` reach it; others stay as they are.
  String seenFrom(URI publicUrl, String location) {
    var own = address.toString().replaceFirst("/$", "") + "/";
    return location.startsWith(own)
        ? publicUrl.toString().replaceFirst("/$", "") + "/" + location.substring(own.length())
        : location;
  }

  @Override
  public void close() {
    closed = true;
    sockets.forEach(Passage::endSocket);
    server.close();
  }
}

package io.stabbur.functions.database;

import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.platform.db.Login;
import io.stabbur.project.Project;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.Predicate;

/// Where calls of the database may go: where functions may, by the same settings. The port of the
/// database is always closed; this machine is, unless clients reach the server there.
final class Destinations implements Predicate<InetSocketAddress> {
  private static final int POSTGRES = 5432;

  private final List<DeniedPlace> denied;
  private final boolean isLoopbackOpen;
  private final int databasePort;

  Destinations(Project project, FunctionsSettings settings) {
    this(settings.denyNet(), project.publicUrl(), portOf(project.admin().login()));
  }

  Destinations(List<String> denyNet, URI publicUrl, int databasePort) {
    this.denied = denyNet.stream().map(DeniedPlace::parse).toList();
    this.isLoopbackOpen = isLoopback(publicUrl);
    this.databasePort = databasePort;
  }

  private static int portOf(Login login) {
    int port = URI.create(login.url().substring("jdbc:".length())).getPort();
    return port < 0 ? POSTGRES : port;
  }

  private static boolean isLoopback(URI url) {
    try {
      return url.getHost() != null && InetAddress.getByName(url.getHost()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public boolean test(InetSocketAddress target) {
    return isOpen(target)
        && NetworkRange.within(target.getAddress())
            .map(inner -> isOpen(new InetSocketAddress(inner, target.getPort())))
            .orElse(true);
  }

  private boolean isOpen(InetSocketAddress target) {
    var address = target.getAddress();
    boolean isHere = address.isLoopbackAddress() || address.isAnyLocalAddress();
    if (isHere && (!isLoopbackOpen || target.getPort() == databasePort)) {
      return false;
    }
    return !address.isMulticastAddress()
        && denied.stream().noneMatch(place -> place.contains(target));
  }
}

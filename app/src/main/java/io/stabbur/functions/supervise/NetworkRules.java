package io.stabbur.functions.supervise;

import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.project.Project;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// What functions may not reach: the networks of the settings, and this machine itself. Where
/// clients reach this server at a loopback address, as in development, functions must too, and only
/// the port of the database is closed to them.
final class NetworkRules {
  private static final List<String> THIS_MACHINE =
      List.of("127.0.0.0/8", "[::1]", "0.0.0.0", "[::]");
  private static final List<String> LOOPBACK =
      List.of("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::]");
  private static final int POSTGRES = 5432;

  private NetworkRules() {}

  static List<String> denied(Project project, FunctionsSettings settings) {
    var denied = new ArrayList<String>(deniedHosts(settings));
    settings.denyPorts().forEach(port -> denied.add(":" + port));
    if (!isLoopback(project.publicUrl()) && !settings.databaseAccess()) {
      denied.addAll(THIS_MACHINE);
    }
    if (!settings.databaseAccess()) {
      var database = URI.create(project.admin().login().url().substring("jdbc:".length()));
      int port = database.getPort() < 0 ? POSTGRES : database.getPort();
      LOOPBACK.forEach(host -> denied.add(host + ":" + port));
      if (database.getHost() != null) {
        denied.add(database.getHost() + ":" + port);
      }
    }
    return denied.stream().distinct().toList();
  }

  /// The hosts and networks of the settings, as Deno writes them.
  static List<String> deniedHosts(FunctionsSettings settings) {
    return settings.denyNet().stream().map(NetworkRules::bracketed).toList();
  }

  /// An address of IPv6 stands in brackets, a network of IPv6 does not.
  private static String bracketed(String host) {
    boolean bare = host.chars().filter(c -> c == ':').count() > 1 && !host.contains("/");
    return bare && !host.startsWith("[") ? "[" + host + "]" : host;
  }

  private static boolean isLoopback(URI url) {
    var host = url.getHost() == null ? "" : url.getHost();
    return host.matches("localhost|.*\\.localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");
  }
}

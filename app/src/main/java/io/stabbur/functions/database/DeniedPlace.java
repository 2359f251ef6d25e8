package io.stabbur.functions.database;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where nothing may go: a network, an address or the name of a host, with one port of it or all.
///
/// @param network empty for the name of a host
/// @param host the name in lower case, without the dot that may end it
/// @param port 0 for all
record DeniedPlace(Optional<NetworkRange> network, String host, int port) {
  /// `name:80`, `10.0.0.1:80` or `[::1]:80`; a colon of a bare address of IPv6 begins no port.
  private static final Pattern WITH_PORT = Pattern.compile("(\\[.*]|[^:]+):([0-9]{1,5})");

  static DeniedPlace parse(String text) {
    var parts = WITH_PORT.matcher(text);
    return parts.matches() ? of(parts.group(1), Integer.parseInt(parts.group(2))) : of(text, 0);
  }

  private static DeniedPlace of(String host, int port) {
    return new DeniedPlace(NetworkRange.parse(host), name(host), port);
  }

  boolean contains(InetSocketAddress target) {
    boolean isThere =
        network
            .map(range -> range.contains(target.getAddress()))
            .orElseGet(() -> name(target.getHostString()).equals(host));
    return isThere && (port == 0 || port == target.getPort());
  }

  private static String name(String host) {
    var lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}

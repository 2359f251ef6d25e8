package io.stabbur.platform.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;

/// Which addresses count as one client. Of IPv6 a customer is given a /64 at least and a /48 often;
/// of IPv4 a single address.
public final class Networks {
  /// The bytes of an IPv6 address that name the smallest network of a customer.
  public static final int CLIENT = 8;

  private Networks() {}

  /// The first bytes of an IPv6 address; one of IPv4 as it is, also in its IPv6 form.
  public static String of(String ip, int bytes) {
    return ip.contains(":") ? of(InetAddress.ofLiteral(ip), bytes) : ip;
  }

  /// The same of an address that was parsed.
  public static String of(InetAddress address, int bytes) {
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(address.getAddress(), 0, bytes) + "/" + 8 * bytes
        : address.getHostAddress();
  }
}

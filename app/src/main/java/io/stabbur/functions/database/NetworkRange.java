package io.stabbur.functions.database;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/// A network such as `10.0.0.0/8`, or one address.
///
/// @param bits how many leading bits of an address count
record NetworkRange(InetAddress first, int bits) {
  private static final NetworkRange NAT64 = parse("64:ff9b::/96").orElseThrow();
  private static final NetworkRange SIX_TO_FOUR = parse("2002::/16").orElseThrow();

  /// Reads a network or an address; empty for the name of a host. Asks no name server.
  static Optional<NetworkRange> parse(String text) {
    int slash = text.indexOf('/');
    var host = slash < 0 ? text : text.substring(0, slash);
    if (!host.matches(".*[.:].*")) {
      return Optional.empty();
    }
    try {
      var address = InetAddress.ofLiteral(host.replaceAll("^\\[(.*)]$", "$1"));
      int all = address.getAddress().length * 8;
      int bits = slash < 0 ? all : bits(text.substring(slash + 1));
      return bits > all ? Optional.empty() : Optional.of(new NetworkRange(address, bits));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static int bits(String text) {
    return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : Integer.MAX_VALUE;
  }

  /// The address of IPv4 to which a gateway leads from one of IPv6: NAT64 (RFC 6052,
  /// `64:ff9b::/96`) and 6to4 (RFC 3056, `2002::/16`).
  static Optional<InetAddress> within(InetAddress address) {
    int start = NAT64.contains(address) ? 12 : SIX_TO_FOUR.contains(address) ? 2 : -1;
    if (start < 0) {
      return Optional.empty();
    }
    try {
      var bytes = Arrays.copyOfRange(address.getAddress(), start, start + 4);
      return Optional.of(InetAddress.getByAddress(bytes));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // of four bytes always is one
    }
  }

  boolean contains(InetAddress address) {
    var one = first.getAddress();
    var other = address.getAddress();
    if (one.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((one[bit / 8] & mask) != (other[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}

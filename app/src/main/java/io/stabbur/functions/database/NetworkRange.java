package io.stabbur.functions.database;

import java.net.InetAddress;
import java.util.Optional;

/// A network such as `10.0.0.0/8`, or one address.
///
/// @param bits how many leading bits of an address count
record NetworkRange(InetAddress first, int bits) {

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

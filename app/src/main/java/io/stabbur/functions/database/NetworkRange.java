package io.stabbur.functions.database;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// A network such as `10.0.0.0/8`, or one address.
///
/// @param bits how many leading bits of an address count
record NetworkRange(InetAddress first, int bits) {

  /// Reads a network or an address; empty for the name of a host.
  static Optional<NetworkRange> parse(String text) {
    int slash = text.indexOf('/');
    var host = slash < 0 ? text : text.substring(0, slash);
    if (!host.matches("\\[?[0-9A-Fa-f:.]*[:.][0-9A-Fa-f:.]*]?")) {
      return Optional.empty();
    }
    try {
      // a text of digits asks no name server
      var address = InetAddress.getByName(host.replaceAll("[\\[\\]]", ""));
      int all = address.getAddress().length * 8;
      int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
      return bits < 0 || bits > all
          ? Optional.empty()
          : Optional.of(new NetworkRange(address, bits));
    } catch (UnknownHostException | NumberFormatException e) {
      return Optional.empty();
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

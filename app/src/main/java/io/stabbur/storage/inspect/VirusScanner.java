package io.stabbur.storage.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/// A virus scanner that is reached over a socket.
interface VirusScanner {
  /// What a scanner finds.
  sealed interface Verdict {
    /// Nothing was found.
    record Clean() implements Verdict {}

    /// Something was found, which the scanner has a name for.
    record Infected(String name) implements Verdict {}

    /// The file is larger than the scanner looks at.
    record TooLarge() implements Verdict {}
  }

  /// Shows the scanner all bytes. A scanner that cannot be reached, or answers with anything but a
  /// verdict, is an [IOException].
  Verdict scan(InputStream bytes, long size) throws IOException;

  /// By its address: `clamd://host:port`, `clamd:///path/of/socket` or `icap://host:port/service`.
  static VirusScanner at(URI address) {
    return switch (String.valueOf(address.getScheme())) {
      case "clamd" -> new Clamd(address);
      case "icap" -> new Icap(address);
      default ->
          throw new IllegalArgumentException(
              "stabbur.storage.virus-scanner must begin with clamd:// or icap://");
    };
  }
}

package io.stabbur.platform.http;

import java.util.Locale;

/// The name in a header `Host`, as hosts of settings are compared with it.
public final class HostName {
  private HostName() {}

  /// In lower case, without a port and without the dot at the end of an absolute name. An IPv6
  /// address stays in its brackets.
  public static String of(String header) {
    int colon = header.startsWith("[") ? header.indexOf("]:") + 1 : header.indexOf(':');
    var name = (colon > 0 ? header.substring(0, colon) : header).toLowerCase(Locale.ROOT);
    return name.length() > 1 && name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}

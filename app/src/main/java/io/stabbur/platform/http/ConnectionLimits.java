package io.stabbur.platform.http;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// The limits in force: what the settings say, or what this process can bear.
///
/// @param reserve connections beyond `most`, for health checks and operators alone
record ConnectionLimits(int most, int perAddress, int reserve) {
  private static final int RESERVE = 64;
  private static final int LEAST = 256;
  private static final long HEAP_OF_ONE = 32 * 1024;

  static ConnectionLimits of(ConnectionSettings settings, ProxySettings proxies) {
    int most = settings.most() > 0 ? settings.most() : bearable();
    int each = settings.perAddress() > 0 ? settings.perAddress() : Math.max(1, most / 3);
    // every peer is a proxy then, and speaks for many clients
    return new ConnectionLimits(
        most, proxies.trustedProxies() > 0 ? Integer.MAX_VALUE : each, RESERVE);
  }

  private static int bearable() {
    long byHeap = Runtime.getRuntime().maxMemory() / HEAP_OF_ONE;
    long byFiles =
        ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            ? unix.getMaxFileDescriptorCount() / 4 * 3 - RESERVE
            : byHeap;
    return (int) Math.clamp(Math.min(byHeap, byFiles), LEAST, Integer.MAX_VALUE);
  }
}

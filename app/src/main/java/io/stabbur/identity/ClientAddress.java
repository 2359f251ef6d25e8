package io.stabbur.identity;

import io.micronaut.http.HttpRequest;
import io.stabbur.platform.http.Networks;
import io.stabbur.platform.http.ProxySettings;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The network address of a request's client: the peer of the connection, or, behind trusted
/// proxies, what the outermost of them saw.
@Singleton
public final class ClientAddress {
  private static final String FORWARDED = "X-Forwarded-For";
  private static final Logger LOG = LoggerFactory.getLogger(ClientAddress.class);

  private final int trustedProxies;
  private final AtomicBoolean warned = new AtomicBoolean();

  ClientAddress(ProxySettings settings) {
    this.trustedProxies = settings.trustedProxies();
  }

  /// A literal address; "" when unknown.
  ///
  /// A proxy may add a line of its own instead of extending the last one; a header with fewer
  /// entries than proxies did not come through all of them.
  public String of(HttpRequest<?> request) {
    if (trustedProxies == 0) {
      warnOfProxy(request);
      return peer(request);
    }
    var lines = String.join(",", request.getHeaders().getAll(FORWARDED));
    var seen = List.of(lines.split(",", -1));
    int at = seen.size() - trustedProxies;
    var address = at < 0 ? "" : seen.get(at).strip();
    return isLiteral(address) ? address : peer(request);
  }

  /// The network of the client, by which sign-ins that fail are counted; "" when unknown.
  public String network(HttpRequest<?> request) {
    var address = of(request);
    return address.isEmpty() ? "" : Networks.of(address, Networks.CLIENT);
  }

  /// Whether a request came with the header of a proxy although none is trusted.
  boolean sawUntrustedProxy() {
    return warned.get();
  }

  /// Once: without the setting, everybody behind a proxy shares the limits of one address.
  private void warnOfProxy(HttpRequest<?> request) {
    if (!warned.get()
        && request.getHeaders().contains(FORWARDED)
        && warned.compareAndSet(false, true)) {
      LOG.warn(
          "A request came with X-Forwarded-For, but auth.trusted-proxies is 0: all clients behind"
              + " a proxy share the limits of its one address. Set it to the number of proxies.");
    }
  }

  private static String peer(HttpRequest<?> request) {
    var peer = request.getRemoteAddress().getAddress();
    if (peer == null) {
      return "";
    }
    var text = peer.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }

  private static boolean isLiteral(String address) {
    try {
      return address.matches("[0-9A-Fa-f.:]{2,45}") && InetAddress.ofLiteral(address) != null;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}

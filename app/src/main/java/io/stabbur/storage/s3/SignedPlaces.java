package io.stabbur.storage.s3;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.stabbur.platform.http.ProxySettings;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// Where a client may have sent a signed request: its signature covers the host and the path the
/// client knows, and a proxy in between may set another host or strip a path. Which path is
/// stripped is read from the settings and never from the request: whoever could name it would move
/// the boundary between it and the bucket, and make a signature for one object good for another.
@Singleton
final class SignedPlaces {
  private final S3Root root;
  private final int trustedProxies;

  SignedPlaces(S3Root root, ProxySettings proxies) {
    this.root = root;
    this.trustedProxies = proxies.trustedProxies();
  }

  /// A header `Host` and a raw path.
  record Place(@Nullable String host, String path) {}

  /// The public URL first, then what trusted proxies say, then the request as it arrived.
  SequencedSet<Place> of(HttpRequest<?> request, Project project) {
    var path = request.getUri().getRawPath();
    var arrived = S3Request.header(request, HttpHeaders.HOST);
    if (root.isRoot(arrived, request.getServerAddress().getPort())) {
      return places(request, arrived, path.substring(S3Root.PREFIX.length()));
    }
    var places = new LinkedHashSet<Place>();
    var known = project.publicUrl();
    var below = known.getRawPath() == null ? "" : known.getRawPath();
    places.add(new Place(authority(known), below + path));
    for (var host : forwardedHosts(request)) {
      places.add(new Place(host, path));
      places.add(new Place(host, below + path));
    }
    places.add(new Place(arrived, path));
    places.add(new Place(arrived, below + path));
    return places;
  }

  private SequencedSet<Place> places(
      HttpRequest<?> request, @Nullable String arrived, String path) {
    var places = new LinkedHashSet<Place>();
    for (var host : forwardedHosts(request)) {
      places.add(new Place(host, path));
    }
    places.add(new Place(arrived, path));
    return places;
  }

  /// As a header `Host` has it: clients leave out the port that the scheme implies.
  private static String authority(URI url) {
    boolean implied =
        url.getPort() < 0
            || (url.getPort() == 80 && "http".equals(url.getScheme()))
            || (url.getPort() == 443 && "https".equals(url.getScheme()));
    return implied ? url.getHost() : url.getHost() + ':' + url.getPort();
  }

  /// The forwarded host as it is and, where it names no port, with the forwarded one.
  private List<String> forwardedHosts(HttpRequest<?> request) {
    var host = forwarded(request, "X-Forwarded-Host");
    if (host.isEmpty()) {
      return List.of();
    }
    var hosts = new ArrayList<>(List.of(host));
    var port = forwarded(request, "X-Forwarded-Port");
    if (!port.isEmpty() && host.indexOf(':', host.indexOf(']') + 1) < 0) {
      hosts.add(host + ':' + port);
    }
    return hosts;
  }

  /// What the outermost of the trusted proxies says; "" where none is trusted.
  private String forwarded(HttpRequest<?> request, String name) {
    var lines = S3Request.header(request, name);
    if (trustedProxies == 0 || lines == null) {
      return "";
    }
    var values = lines.split(",", -1);
    return values[Math.max(0, values.length - trustedProxies)].strip();
  }
}

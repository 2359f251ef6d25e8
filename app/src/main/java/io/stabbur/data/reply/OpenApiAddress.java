package io.stabbur.data.reply;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where a description says the API is.
public record OpenApiAddress(String scheme, String host, String basePath) {

  /// The configured address, else the host a request came to.
  public static OpenApiAddress of(@Nullable String url, @Nullable String host) {
    if (url == null) {
      return new OpenApiAddress("http", host == null ? "localhost" : host, "/");
    }
    var uri = URI.create(url);
    var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    var port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    var path = uri.getPath() == null || uri.getPath().isEmpty() ? "/" : uri.getPath();
    return new OpenApiAddress(scheme, uri.getHost() + ":" + port, path);
  }
}

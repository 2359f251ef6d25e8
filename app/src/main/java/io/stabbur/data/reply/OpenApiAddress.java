package io.stabbur.data.reply;

import java.net.URI;
import java.util.Locale;

/// Where a description says the API is.
public record OpenApiAddress(String scheme, String host, String basePath) {

  public static OpenApiAddress of(URI uri) {
    var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    var port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
    var path = uri.getPath() == null || uri.getPath().isEmpty() ? "/" : uri.getPath();
    return new OpenApiAddress(scheme, uri.getHost() + ":" + port, path);
  }
}

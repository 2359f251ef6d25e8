package io.stabbur.attack;

import io.stabbur.attack.Request.Header;
import io.stabbur.platform.crypto.Crypto;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Signature Version 4 with one pair of keys, in headers or in the address.
///
/// @param token the session token, for pairs that have one
record S3Signer(String host, String accessKey, String secret, @Nullable String token) {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String UNSIGNED = "UNSIGNED-PAYLOAD";

  /// Signs the host and every `x-amz-*` header.
  Request signed(Request request) {
    return signed(request, List.of());
  }

  /// The same, but the headers named are left out of the signature.
  Request signed(Request request, List<String> leftOut) {
    var date = DATE.format(Instant.now());
    var whole =
        request.with("x-amz-date", date).with("x-amz-content-sha256", sha256(request.body()));
    if (token != null) {
      whole = whole.with("x-amz-security-token", token);
    }
    var headers = new TreeMap<String, String>();
    headers.put("host", host);
    for (var each : whole.headers()) {
      var name = each.name().toLowerCase(Locale.ROOT);
      if (name.startsWith("x-amz-") && !leftOut.contains(name)) {
        headers.merge(name, each.value().strip(), (a, b) -> a + ',' + b);
      }
    }
    var names = String.join(";", headers.keySet());
    var signature = signature(whole, headers, names, date, sha256(request.body()));
    return whole.with(
        "Authorization",
        "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(ALGORITHM, accessKey, scope(date), names, signature));
  }

  /// An address that carries its permission; of the headers only the host is signed.
  Request presigned(Request request, int seconds) {
    var date = DATE.format(Instant.now());
    var target = new StringBuilder(request.target());
    target.append(request.target().contains("?") ? '&' : '?');
    target.append("X-Amz-Algorithm=").append(ALGORITHM);
    target.append("&X-Amz-Credential=").append(encode(accessKey + '/' + scope(date)));
    target.append("&X-Amz-Date=").append(date).append("&X-Amz-Expires=").append(seconds);
    if (token != null) {
      target.append("&X-Amz-Security-Token=").append(encode(token));
    }
    target.append("&X-Amz-SignedHeaders=host");
    var whole = request.to(target.toString());
    var headers = new TreeMap<String, String>();
    headers.put("host", host);
    var signature = signature(whole, headers, "host", date, UNSIGNED);
    return whole.to(target.append("&X-Amz-Signature=").append(signature).toString());
  }

  /// The fields of a form whose policy has these conditions.
  List<Header> form(String conditions) {
    var date = DATE.format(Instant.now());
    var policy =
        "{\"expiration\":\"%s\",\"conditions\":%s}"
            .formatted(Instant.now().plusSeconds(3600), conditions);
    var encoded =
        java.util.Base64.getEncoder().encodeToString(policy.getBytes(StandardCharsets.UTF_8));
    var fields = new ArrayList<Header>();
    fields.add(new Header("x-amz-algorithm", ALGORITHM));
    fields.add(new Header("x-amz-credential", accessKey + '/' + scope(date)));
    fields.add(new Header("x-amz-date", date));
    if (token != null) {
      fields.add(new Header("x-amz-security-token", token));
    }
    fields.add(new Header("policy", encoded));
    fields.add(new Header("x-amz-signature", hex(Crypto.hmacSha256(key(date), utf8(encoded)))));
    return fields;
  }

  private String signature(
      Request request, TreeMap<String, String> headers, String names, String date, String hash) {
    int query = request.target().indexOf('?');
    var canonical =
        String.join(
            "\n",
            request.method(),
            path(request.path()),
            query < 0 ? "" : query(request.target().substring(query + 1)),
            headers.entrySet().stream()
                .map(each -> each.getKey() + ':' + each.getValue() + '\n')
                .collect(Collectors.joining()),
            names,
            hash);
    var text = String.join("\n", ALGORITHM, date, scope(date), Crypto.sha256Hex(canonical));
    return hex(Crypto.hmacSha256(key(date), utf8(text)));
  }

  private byte[] key(String date) {
    var key = utf8("AWS4" + secret);
    for (var part : scope(date).split("/", -1)) {
      key = Crypto.hmacSha256(key, utf8(part));
    }
    return key;
  }

  private static String scope(String date) {
    return date.substring(0, 8) + "/us-east-1/s3/aws4_request";
  }

  private static String path(String raw) {
    return Stream.of(raw.split("/", -1))
        .map(each -> encode(decode(each)))
        .collect(Collectors.joining("/"));
  }

  private static String query(String raw) {
    return Stream.of(raw.split("&", -1))
        .map(each -> each.contains("=") ? each : each + '=')
        .map(
            each ->
                encode(decode(each.substring(0, each.indexOf('='))))
                    + '='
                    + encode(decode(each.substring(each.indexOf('=') + 1))))
        .sorted(Comparator.naturalOrder())
        .collect(Collectors.joining("&"));
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /// Percent-encodes everything but letters, digits and `-._~`.
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /// The same, but slashes stay.
  static String encodePath(String path) {
    return Stream.of(path.split("/", -1)).map(S3Signer::encode).collect(Collectors.joining("/"));
  }

  private static String sha256(byte[] body) {
    return hex(Crypto.sha256(body));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

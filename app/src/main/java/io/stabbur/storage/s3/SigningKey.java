package io.stabbur.storage.s3;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// The key of Signature Version 4 for one day, region and service, derived from a secret.
final class SigningKey {
  private final byte[] key;
  private final String scope;

  private SigningKey(byte[] key, String scope) {
    this.key = key;
    this.scope = scope;
  }

  String scope() {
    return scope;
  }

  static SigningKey derive(Secret secret, String scope) {
    var parts = scope.split("/", -1);
    if (parts.length != 4 || !parts[3].equals("aws4_request")) {
      throw new ApiException(
          new StorageError.Protocol(
              400, "AuthorizationHeaderMalformed", "The credential scope is not complete"));
    }
    var key = ("AWS4" + secret.reveal()).getBytes(StandardCharsets.UTF_8);
    for (var part : parts) {
      key = Crypto.hmacSha256(key, part.getBytes(StandardCharsets.UTF_8));
    }
    return new SigningKey(key, scope);
  }

  String sign(String text) {
    return HexFormat.of().formatHex(Crypto.hmacSha256(key, text.getBytes(StandardCharsets.UTF_8)));
  }
}

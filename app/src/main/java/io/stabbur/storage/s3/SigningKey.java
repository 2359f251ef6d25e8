package io.stabbur.storage.s3;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// The key of Signature Version 4 for one day, region and service, derived from a secret.
final class SigningKey {
  private final byte[] key;
  private final CredentialScope scope;

  private SigningKey(byte[] key, CredentialScope scope) {
    this.key = key;
    this.scope = scope;
  }

  String scope() {
    return scope.text();
  }

  static SigningKey derive(Secret secret, CredentialScope scope) {
    var key = ("AWS4" + secret.reveal()).getBytes(StandardCharsets.UTF_8);
    for (var part : scope.text().split("/", -1)) {
      key = Crypto.hmacSha256(key, part.getBytes(StandardCharsets.UTF_8));
    }
    return new SigningKey(key, scope);
  }

  String sign(String text) {
    return HexFormat.of().formatHex(Crypto.hmacSha256(key, text.getBytes(StandardCharsets.UTF_8)));
  }
}

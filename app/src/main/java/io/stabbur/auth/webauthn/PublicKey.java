package io.stabbur.auth.webauthn;

import io.stabbur.platform.crypto.Crypto;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/// A credential of an authenticator, as it is kept.
///
/// @param id the authenticator's own id of it, in base64url
/// @param cose the public key as COSE has it, in base64url
/// @param signCount what the authenticator counted last; 0 where it does not count
public record PublicKey(
    String id,
    String cose,
    UUID aaguid,
    long signCount,
    List<String> transports,
    boolean backupEligible,
    boolean backedUp) {

  public byte[] idBytes() {
    return Base64.getUrlDecoder().decode(id);
  }

  public byte[] coseBytes() {
    return Base64.getUrlDecoder().decode(cose);
  }

  static String text(byte[] bytes) {
    return Crypto.base64Url(bytes);
  }
}

package io.stabbur.auth;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;

/// An authenticator and the browser before it, as WebAuthn Level 2 describes them: one credential
/// on P-256, without an attestation. Written from the specification, so that the server's library
/// is not its own judge.
final class SoftAuthenticator {
  private static final int PRESENT = 0x01;
  private static final int VERIFIED = 0x04;
  private static final int ATTESTED = 0x40;
  private static final int COORDINATE = 32;

  private final byte[] id = Crypto.random(16);
  private final KeyPair keys;
  private String userHandle = "";
  private int counter;
  String origin = "http://localhost:3000";
  String site = "localhost";

  SoftAuthenticator() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The answer to `navigator.credentials.create`.
  String create(JsonNode options) {
    userHandle = AuthClient.at(options, "user.id").getStringValue();
    var client = clientData("webauthn.create", options);
    var data = authenticatorData(PRESENT | VERIFIED | ATTESTED, attested());
    var object = new ByteArrayOutputStream();
    object.write(0xa3);
    object.writeBytes(text("fmt"));
    object.writeBytes(text("none"));
    object.writeBytes(text("attStmt"));
    object.write(0xa0);
    object.writeBytes(text("authData"));
    object.writeBytes(bytes(data));
    return answer(
        "\"clientDataJSON\":\"%s\",\"attestationObject\":\"%s\",\"transports\":[\"internal\"]"
            .formatted(Crypto.base64Url(client), Crypto.base64Url(object.toByteArray())));
  }

  /// The answer to `navigator.credentials.get`.
  String get(JsonNode options) {
    counter++;
    var client = clientData("webauthn.get", options);
    var data = authenticatorData(PRESENT | VERIFIED, new byte[0]);
    return answer(
        "\"clientDataJSON\":\"%s\",\"authenticatorData\":\"%s\",\"signature\":\"%s\",\"userHandle\":\"%s\""
            .formatted(
                Crypto.base64Url(client),
                Crypto.base64Url(data),
                Crypto.base64Url(signature(data, client)),
                userHandle));
  }

  /// Makes the authenticator forget what it counted, as a copy of it would.
  void countFrom(int value) {
    counter = value;
  }

  void claimToBe(String user) {
    userHandle = Crypto.base64Url(user.getBytes(StandardCharsets.UTF_8));
  }

  private String answer(String response) {
    var name = Crypto.base64Url(id);
    return "{\"id\":\"%s\",\"rawId\":\"%s\",\"type\":\"public-key\",\"clientExtensionResults\":{},\"response\":{%s}}"
        .formatted(name, name, response);
  }

  private byte[] clientData(String type, JsonNode options) {
    return "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":false}"
        .formatted(type, AuthClient.at(options, "challenge").getStringValue(), origin)
        .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] authenticatorData(int flags, byte[] attested) {
    return ByteBuffer.allocate(37 + attested.length)
        .put(Crypto.sha256(site.getBytes(StandardCharsets.UTF_8)))
        .put((byte) flags)
        .putInt(counter)
        .put(attested)
        .array();
  }

  private byte[] attested() {
    var cose = cose();
    return ByteBuffer.allocate(18 + id.length + cose.length)
        .put(new byte[16])
        .putShort((short) id.length)
        .put(id)
        .put(cose)
        .array();
  }

  /// `{1: 2, 3: -7, -1: 1, -2: x, -3: y}` in CBOR.
  private byte[] cose() {
    var point = ((ECPublicKey) keys.getPublic()).getW();
    var cose = new ByteArrayOutputStream();
    cose.writeBytes(new byte[] {(byte) 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21});
    cose.writeBytes(bytes(coordinate(point.getAffineX())));
    cose.write(0x22);
    cose.writeBytes(bytes(coordinate(point.getAffineY())));
    return cose.toByteArray();
  }

  private static byte[] coordinate(BigInteger value) {
    var bytes = value.toByteArray();
    var fixed = new byte[COORDINATE];
    int length = Math.min(bytes.length, COORDINATE);
    System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE - length, length);
    return fixed;
  }

  private static byte[] text(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + bytes.length)
        .put((byte) (0x60 + bytes.length))
        .put(bytes)
        .array();
  }

  private static byte[] bytes(byte[] bytes) {
    return ByteBuffer.allocate(2 + bytes.length)
        .put((byte) 0x58)
        .put((byte) bytes.length)
        .put(bytes)
        .array();
  }

  private byte[] signature(byte[] data, byte[] client) {
    try {
      var signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(data);
      signature.update(Crypto.sha256(client));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

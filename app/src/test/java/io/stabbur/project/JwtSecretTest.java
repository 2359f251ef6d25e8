package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.StartFailure;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.HashSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the setting `jwt-secret` is taken for, which secrets are too weak, and keys that are made.
class JwtSecretTest {
  private static final String LONG = "0123456789abcdef0123456789abcdef";
  private static final String SAMPLE = "super-secret-jwt-token-with-at-least-32-characters-long";

  private static String oct(String secret) {
    return new OctetSequenceKey.Builder(secret.getBytes(StandardCharsets.UTF_8))
        .build()
        .toJSONString();
  }

  private static String set(String... keys) {
    return "{\"keys\":[" + String.join(",", keys) + "]}";
  }

  private static String key(String secret) {
    return new String(JwtSecret.hmacKey(Secret.of(secret)), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {LONG, " " + LONG, "påske-" + LONG, "[" + LONG, "x{}"})
  void aTextIsItsBytes(String secret) {
    assertThat(key(secret)).isEqualTo(secret);
  }

  @Test
  void aJwkIsItsKey() throws JOSEException {
    var ec = new ECKeyGenerator(Curve.P_256).generate().toJSONString();

    assertThat(key(oct(LONG))).isEqualTo(LONG);
    assertThat(key("\n " + oct(LONG) + " ")).isEqualTo(LONG);
    assertThat(key(set(oct(LONG)))).isEqualTo(LONG);
    assertThat(key(set(ec, oct(LONG), oct("second" + LONG)))).isEqualTo(LONG);
  }

  /// The text of a set without a secret is long and secret itself, as it holds private keys.
  @Test
  void aSetWithoutASecretIsItsText() throws JOSEException {
    var ec = set(new ECKeyGenerator(Curve.P_256).generate().toJSONString());

    assertThat(key(ec)).isEqualTo(ec);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{}", "{\"keys\":1}", "{\"keys\":[{}]}", "{\"kty\":\"oct\"}", "{x}"})
  void whatBeginsLikeAKeyAndIsNoneIsRefused(String secret) {
    assertThatExceptionOfType(StartFailure.class)
        .isThrownBy(() -> JwtSecret.hmacKey(Secret.of(secret)))
        .withMessageContaining("is a JWK or a JWK set")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\"kty\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0123456789abcdef0123456789abcdef | false",
        "0123456789abcdef0123456789abcde | true",
        "x | true",
        "åååååååååååååååå | false"
      })
  void aTextOfLessThan32BytesIsWeak(String secret, boolean isWeak) {
    assertThat(JwtSecret.isWeak(Secret.of(secret))).isEqualTo(isWeak);
    assertThat(JwtSecret.isWeak(Secret.of(oct(secret)))).isEqualTo(isWeak);
    assertThat(JwtSecret.isWeak(Secret.of(set(oct(LONG), oct(secret))))).isEqualTo(isWeak);
  }

  @Test
  void anRsaKeyOfLessThan2048BitsIsWeak() throws JOSEException {
    assertThat(JwtSecret.isWeak(new RSAKeyGenerator(1024, true).generate())).isTrue();
    assertThat(JwtSecret.isWeak(new RSAKeyGenerator(2048).generate())).isFalse();
    assertThat(JwtSecret.isWeak(new ECKeyGenerator(Curve.P_256).generate())).isFalse();
  }

  @Test
  void aSetWithoutKeysIsWeak() {
    assertThat(JwtSecret.isWeak(Secret.of(set()))).isTrue();
  }

  @Test
  void theSecretOfTheExamplesIsFoundInEveryForm() {
    assertThat(JwtSecret.isSample(Secret.of(SAMPLE))).isTrue();
    assertThat(JwtSecret.isSample(Secret.of(oct(SAMPLE)))).isTrue();
    assertThat(JwtSecret.isSample(Secret.of(set(oct(LONG), oct(SAMPLE))))).isTrue();
    assertThat(JwtSecret.isSample(Secret.of(LONG))).isFalse();
    assertThat(JwtSecret.isSample(Secret.of(set(oct(LONG))))).isFalse();
  }

  @ParameterizedTest
  @EnumSource(SigningAlgorithm.class)
  void aFreshKeyIsForItsAlgorithmAndForSignatures(SigningAlgorithm algorithm) {
    var key = algorithm.fresh();

    assertThat(SigningAlgorithm.of(key)).isEqualTo(algorithm);
    assertThat(SigningAlgorithm.named(algorithm.wire())).contains(algorithm);
    assertThat(key.getKeyUse()).isEqualTo(KeyUse.SIGNATURE);
    assertThat(key.isPrivate()).isTrue();
    assertThat(JwtSecret.isWeak(key)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(SigningAlgorithm.class)
  void noTwoKeysAreAlike(SigningAlgorithm algorithm) {
    var ids = new HashSet<String>();
    var keys = new HashSet<String>();
    for (int i = 0; i < (algorithm == SigningAlgorithm.RS256 ? 2 : 50); i++) {
      var key = algorithm.fresh();
      assertThat(ids.add(key.getKeyID())).isTrue();
      assertThat(keys.add(key.toJSONString())).isTrue();
    }
  }

  /// Only the secret of HS256 has no half that may be published.
  @ParameterizedTest
  @EnumSource(SigningAlgorithm.class)
  void thePublicHalfHoldsNothingPrivate(SigningAlgorithm algorithm) {
    var half = algorithm.fresh().toPublicJWK();

    if (algorithm == SigningAlgorithm.HS256) {
      assertThat(half).isNull();
    } else {
      assertThat(half.isPrivate()).isFalse();
      assertThat(half.toJSONObject()).doesNotContainKeys("d", "p", "q", "dp", "dq", "qi", "k");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "none", "es256", "EDDSA", "HS512", "RS512", "PS256"})
  void noOtherAlgorithmIsKnown(String wire) {
    assertThat(SigningAlgorithm.named(wire)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"ES256", "RS256", "HS256"})
  void aLibrarySignsAndVerifiesWithAFreshKey(SigningAlgorithm algorithm) throws JOSEException {
    var key = algorithm.fresh();
    var token =
        new JWSObject(new JWSHeader(JWSAlgorithm.parse(algorithm.wire())), new Payload("{}"));
    switch (algorithm) {
      case ES256 -> token.sign(new ECDSASigner(key.toECKey()));
      case RS256 -> token.sign(new RSASSASigner(key.toRSAKey()));
      default -> token.sign(new MACSigner(key.toOctetSequenceKey()));
    }

    assertThat(
            switch (algorithm) {
              case ES256 -> token.verify(new ECDSAVerifier(key.toECKey()));
              case RS256 -> token.verify(new RSASSAVerifier(key.toRSAKey()));
              default -> token.verify(new MACVerifier(key.toOctetSequenceKey()));
            })
        .isTrue();
  }

  /// RFC 8032, 5.1.2: the point is y in 255 bits with the sign of x above them. The JDK reads the
  /// key anew from its bytes, and must verify what the private half has signed. Half of all keys
  /// have an odd x, and some have a y that is shorter.
  @RepeatedTest(20)
  void thePointOfAnEdwardsCurveIsTheOneThatItsKeyHas() throws GeneralSecurityException {
    JWK key = SigningAlgorithm.EDDSA.fresh();
    var pair = (OctetKeyPair) key;
    var factory = KeyFactory.getInstance("Ed25519");
    var signer = Signature.getInstance("Ed25519");
    signer.initSign(
        factory.generatePrivate(
            new EdECPrivateKeySpec(NamedParameterSpec.ED25519, pair.getD().decode())));
    signer.update(new byte[] {1, 2, 3});
    var signature = signer.sign();

    var verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        factory.generatePublic(
            new EdECPublicKeySpec(NamedParameterSpec.ED25519, point(pair.getX()))));
    verifier.update(new byte[] {1, 2, 3});
    assertThat(pair.getX().decode()).hasSize(32);
    assertThat(verifier.verify(signature)).isTrue();
  }

  private static EdECPoint point(Base64URL x) {
    var bytes = x.decode();
    var bigEndian = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      bigEndian[i] = bytes[bytes.length - 1 - i];
    }
    boolean isOdd = (bigEndian[0] & 0x80) != 0;
    bigEndian[0] &= 0x7f;
    return new EdECPoint(isOdd, new BigInteger(1, bigEndian));
  }
}

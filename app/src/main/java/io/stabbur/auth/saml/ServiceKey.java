package io.stabbur.auth.saml;

import io.stabbur.platform.file.DurableFile;
import io.stabbur.project.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

/// Our key as a service provider, and the certificate around it that identity providers import. The
/// certificate certifies nothing: it is the form in which they take a key.
record ServiceKey(RSAPrivateCrtKey secret, PublicKey open) {
  private static final int BITS = 2048;

  /// A certificate of the same key is the same text at every start.
  private static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");

  private static final Instant TO = Instant.parse("2049-12-31T00:00:00Z");

  static ServiceKey of(Project project, SamlSettings settings) {
    var given = settings.privateKey();
    try {
      return of(given == null ? kept(project.folder().resolve("saml-key.txt")) : decode(given));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "stabbur.auth.saml.private-key must be base64 of an RSA key in PKCS #1 or PKCS #8 form",
          e);
    }
  }

  private static ServiceKey of(byte[] pkcs8) throws GeneralSecurityException {
    var factory = KeyFactory.getInstance("RSA");
    var secret = (RSAPrivateCrtKey) factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    var open =
        factory.generatePublic(
            new RSAPublicKeySpec(secret.getModulus(), secret.getPublicExponent()));
    return new ServiceKey(secret, open);
  }

  /// PKCS #1 is what the original's documentation has people make.
  private static byte[] decode(String base64) {
    var bytes = Base64.getMimeDecoder().decode(base64);
    try {
      var rsa = RSAPrivateKey.getInstance(bytes);
      return new PrivateKeyInfo(
              new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE), rsa)
          .getEncoded();
    } catch (IOException | IllegalArgumentException _) {
      return bytes;
    }
  }

  private static byte[] kept(Path file) throws GeneralSecurityException {
    try {
      if (!Files.exists(file)) {
        var pairs = KeyPairGenerator.getInstance("RSA");
        pairs.initialize(BITS);
        DurableFile.write(
            file,
            Base64.getEncoder().encodeToString(pairs.generateKeyPair().getPrivate().getEncoded()));
      }
      return Base64.getDecoder().decode(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("The key for SAML cannot be read or written", e);
    }
  }

  byte[] sign(byte[] text) {
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(secret);
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The self-signed certificate as base64.
  String certificate(String name) {
    var algorithm =
        new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE);
    var subject = new X500Name("CN=" + name.replaceAll("[^A-Za-z0-9.-]", "-"));
    var body = new V3TBSCertificateGenerator();
    body.setSerialNumber(new ASN1Integer(BigInteger.ONE));
    body.setSignature(algorithm);
    body.setIssuer(subject);
    body.setSubject(subject);
    body.setStartDate(new Time(Date.from(FROM)));
    body.setEndDate(new Time(Date.from(TO)));
    body.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(open.getEncoded()));
    try {
      var signed = body.generateTBSCertificate();
      var parts = new ASN1EncodableVector();
      parts.add(signed);
      parts.add(algorithm);
      parts.add(new DERBitString(sign(signed.getEncoded("DER"))));
      return Base64.getEncoder().encodeToString(new DERSequence(parts).getEncoded("DER"));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.stabbur.project.embedded;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.DurableFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// The certificate of ports where others reach an embedded database: made at the first start,
/// signed by itself, and kept with its key in two files that their owner alone can read.
public final class OwnCertificate {
  static final String CERTIFICATE_FILE = "database-tls.crt";
  static final String KEY_FILE = "database-tls.key";
  private static final char[] NO_PASSWORD = new char[0];
  private static final Duration LIFE = Duration.ofDays(3_650);
  private static final Duration EARLIER = Duration.ofDays(1);
  private static final int SERIAL_BYTES = 16;

  private final PrivateKey key;
  private final Certificate certificate;

  private OwnCertificate(PrivateKey key, Certificate certificate) {
    this.key = key;
    this.certificate = certificate;
  }

  /// The certificate in a folder; one is made where there is none.
  ///
  /// @param names host names it is for
  public static OwnCertificate of(Path folder, List<String> names) {
    var file = folder.resolve(CERTIFICATE_FILE);
    var keyFile = folder.resolve(KEY_FILE);
    try {
      if (!Files.exists(file)) {
        var pair = pair();
        DurableFile.write(keyFile, Pem.of("PRIVATE KEY", pair.getPrivate().getEncoded()));
        DurableFile.write(file, Pem.of("CERTIFICATE", signed(pair, names).getEncoded()));
      }
      return read(Files.readString(keyFile), Files.readString(file));
    } catch (GeneralSecurityException | IOException e) {
      throw new StartFailure(
          "The certificate in %s cannot be used; remove it, and another is made.".formatted(file),
          e);
    }
  }

  private static OwnCertificate read(String keyText, String text)
      throws GeneralSecurityException, IOException {
    var key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Pem.read("PRIVATE KEY", keyText)));
    return new OwnCertificate(key, certificate(Pem.read("CERTIFICATE", text)));
  }

  private static Certificate certificate(byte[] encoded) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(encoded));
  }

  private static KeyPair pair() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static Certificate signed(KeyPair pair, List<String> names)
      throws GeneralSecurityException, IOException {
    var algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    var name = new X500Name("CN=Stabbur database");
    var generator = new V3TBSCertificateGenerator();
    generator.setSerialNumber(new ASN1Integer(new BigInteger(1, Crypto.random(SERIAL_BYTES))));
    generator.setSignature(algorithm);
    generator.setIssuer(name);
    generator.setSubject(name);
    generator.setStartDate(new Time(Date.from(Instant.now().minus(EARLIER))));
    generator.setEndDate(new Time(Date.from(Instant.now().plus(LIFE))));
    generator.setSubjectPublicKeyInfo(
        SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
    generator.setExtensions(extensions(names));
    var content = generator.generateTBSCertificate();
    var whole = new ASN1EncodableVector();
    whole.add(content);
    whole.add(algorithm);
    whole.add(new DERBitString(sign(pair.getPrivate(), content.getEncoded())));
    return certificate(new DERSequence(whole).getEncoded());
  }

  /// A client may name the certificate as the authority that it trusts.
  private static Extensions extensions(List<String> names) throws IOException {
    var generator = new ExtensionsGenerator();
    generator.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    generator.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            names.stream()
                .map(each -> new GeneralName(GeneralName.dNSName, each))
                .toArray(GeneralName[]::new)));
    return generator.generate();
  }

  private static byte[] sign(PrivateKey key, byte[] content) throws GeneralSecurityException {
    var signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update(content);
    return signature.sign();
  }

  public SSLContext context() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    store.setKeyEntry("database", key, NO_PASSWORD, new Certificate[] {certificate});
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, NO_PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /// SHA-256 of the certificate, as tools print it.
  public String fingerprint() throws GeneralSecurityException {
    return HexFormat.ofDelimiter(":")
        .withUpperCase()
        .formatHex(Crypto.sha256(certificate.getEncoded()));
  }
}

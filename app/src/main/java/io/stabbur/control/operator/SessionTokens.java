package io.stabbur.control.operator;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.micronaut.security.token.jwt.signature.secret.SecretSignature;
import io.micronaut.security.token.jwt.signature.secret.SecretSignatureConfiguration;
import io.stabbur.platform.crypto.Crypto;
import jakarta.inject.Singleton;
import java.text.ParseException;
import java.time.Clock;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Signs the tokens that name sessions, with a key that all processes of the appliance share and
/// that no project has.
@Singleton
final class SessionTokens {
  private static final String KEY = "operator-sessions";
  private static final String ISSUER = "stabbur-control";
  private static final int KEY_BYTES = 48;
  private static final int LONGEST = 2_000;

  private final ApplianceKeys keys;
  private final Clock clock;
  private volatile @Nullable SecretSignature signature;

  SessionTokens(ApplianceKeys keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  String sign(OperatorSession session) {
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .subject(session.operator().toString())
            .jwtID(session.id().toString())
            .issueTime(Date.from(session.createdAt()))
            .expirationTime(Date.from(session.expiresAt()))
            .build();
    try {
      return signature().sign(claims).serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("A session cannot be signed", e);
    }
  }

  /// The session that a token names, whose signature and time are right. What is no token of ours
  /// is told without the key.
  Optional<UUID> session(String token) {
    if (token.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      var jwt = SignedJWT.parse(token);
      var claims = jwt.getJWTClaimsSet();
      return claims != null && isOurs(claims) && isSigned(jwt)
          ? Optional.of(UUID.fromString(claims.getJWTID()))
          : Optional.empty();
    } catch (ParseException
        | IllegalArgumentException
        | JOSEException
        // the parser takes the text null for an object
        | NullPointerException _) {
      return Optional.empty();
    }
  }

  private boolean isOurs(JWTClaimsSet claims) {
    var end = claims.getExpirationTime();
    return ISSUER.equals(claims.getIssuer())
        && end != null
        && end.toInstant().isAfter(clock.instant());
  }

  private boolean isSigned(SignedJWT jwt) throws JOSEException {
    var known = signature();
    return known.supports(jwt.getHeader().getAlgorithm()) && known.verify(jwt);
  }

  private SecretSignature signature() {
    var known = signature;
    if (known != null) {
      return known;
    }
    keys.offer(KEY, Crypto.randomText(KEY_BYTES));
    var configuration = new SecretSignatureConfiguration(KEY);
    configuration.setSecret(keys.findByName(KEY).orElseThrow().value());
    var made = new SecretSignature(configuration);
    signature = made;
    return made;
  }
}

package io.stabbur.functions.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Extensions that migrations of hosted projects ask for, on the embedded Postgres.
class ExtensionsTest {
  private static final String SECRET =
      "a secret of at least thirty-two characters, or more of them";

  /// Runs the statements as the owner and undoes them; the first column of the last one.
  private static String last(String... statements) {
    var server = TestServer.shared();
    var told = new String[1];
    try {
      server
          .project()
          .admin()
          .transaction(
              Actor.of("postgres"),
              Access.WRITE,
              tx -> {
                for (int i = 0; i < statements.length - 1; i++) {
                  tx.update(Statement.of(statements[i]));
                }
                told[0] =
                    tx.first(
                            Statement.of(statements[statements.length - 1]),
                            row -> row.getString(1))
                        .orElse("");
                throw new Undone();
              });
    } catch (Undone e) {
      return told[0];
    }
    throw new AssertionError("nothing was undone");
  }

  private static final class Undone extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void theyAreMadeAsMigrationsAskForThem() {
    assertThat(
            last(
                "create extension if not exists pg_cron",
                "create extension if not exists \"pg_net\" with schema \"extensions\"",
                "create extension if not exists pgjwt with schema extensions",
                "create extension if not exists supabase_vault with schema vault",
                "create extension if not exists pgmq",
                "select string_agg(extname, ',' order by extname) from pg_extension where extversion"
                    + " like 'stabbur%'"))
        .isEqualTo("pg_cron,pg_net,pgjwt,pgmq,supabase_vault");
    assertThat(
            last(
                "create extension pg_cron with schema pg_catalog",
                "select cron.schedule('a', '* * * * *', 'select 1') is not null"))
        .isEqualTo("t");
  }

  @Test
  void tokensAreSignedAndVerifiedAsOthersDo() throws Exception {
    var signed =
        last(
            "create extension pgjwt with schema extensions",
            "select extensions.sign('{\"sub\": \"å\"}', '" + SECRET + "')");
    var token = SignedJWT.parse(signed);
    assertThat(token.verify(new MACVerifier(SECRET))).isTrue();
    assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("å");

    for (var algorithm : List.of(JWSAlgorithm.HS256, JWSAlgorithm.HS384, JWSAlgorithm.HS512)) {
      assertThat(verified(algorithm, 60, SECRET)).isEqualTo("true me");
      assertThat(verified(algorithm, -60, SECRET)).isEqualTo("false me");
      assertThat(verified(algorithm, 60, "another secret")).isEqualTo("false me");
    }
  }

  private static String verified(JWSAlgorithm algorithm, long lasts, String secret)
      throws Exception {
    var token =
        new SignedJWT(
            new JWSHeader(algorithm),
            new JWTClaimsSet.Builder()
                .subject("me")
                .expirationTime(Date.from(Instant.now().plusSeconds(lasts)))
                .build());
    token.sign(new MACSigner(SECRET + SECRET));
    return last(
        "create extension pgjwt with schema extensions",
        "select valid || ' ' || (payload ->> 'sub') from extensions.verify('"
            + token.serialize()
            + "', '"
            + (secret.equals(SECRET) ? SECRET + SECRET : secret)
            + "', '"
            + algorithm.getName()
            + "')");
  }
}

package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How personal data is encrypted and how entries of the audit log are hashed never changes: what
/// was written years ago is opened and verified. The functions are in the base schema and, from
/// before that, in the shipped one; both are the same.
class SealedVectorsTest {
  private static final Owner OWNER = new Owner(TestServer.shared());
  private static final String ORGANIZATION = "0f5c2a52-33b5-4c1e-9f6e-3d1c7a1b2e4d";
  private static final String KEY_NAME = "organisation:" + ORGANIZATION;

  /// The bytes 0 to 31 in version 3, and 32 to 63 in version 4.
  private static final String KEYS =
      "{\"current\": \"4\", \"roots\": {"
          + "\"3\": \"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\","
          + "\"4\": \"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=\"}}";

  private static final String SEALED =
      "pd1.3.organisation:0f5c2a52-33b5-4c1e-9f6e-3d1c7a1b2e4d.AAECAwQFBgcICQoLDA0OD42r/FCZWil5Mgl55LvIZ/4IJ6APo+ssdEBDXM3AmGMR";

  private static String ask(String sql, Object... values) {
    return TestServer.shared()
        .project()
        .admin()
        .transaction(
            Actor.of("postgres").with("stabbur.keys", KEYS),
            Access.READ,
            tx ->
                tx.first(Statement.of(sql, values), rows -> String.valueOf(rows.getString(1)))
                    .orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"private", "stabbur_organization"})
  void aValueOfThePastOpens(String schema) {
    assertThat(ask("select " + schema + ".open(?)", SEALED)).isEqualTo("Åsne Vik");
    var altered = SEALED.substring(0, SEALED.length() - 4) + "AAAA";
    assertThat(ask("select " + schema + ".open(?)", altered)).isEqualTo(altered);
    assertThat(ask("select encode(" + schema + ".personal_key('3', ?), 'hex')", KEY_NAME))
        .isEqualTo(
            "2f9ed1cb4fdca38ebe08284e77613e5fb621d5f679a4c20de59a9127618b41cc"
                + "d4c48ff3df965921d79a24333bfb64a5be7ee040198db2ab93a5fdd8fe3eedeb"
                + "4bbb25a5aadb7df3a338f9ac4022bfb8b16d835556016ab149209890ea1a160c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"private", "stabbur_organization"})
  void whatOneSealsTheOtherOpens(String schema) {
    var other = schema.equals("private") ? "stabbur_organization" : "private";

    var sealed = ask("select " + schema + ".sealed('Åsne Vik', null, ?)", KEY_NAME);

    assertThat(sealed).startsWith("pd1.4." + KEY_NAME + ".");
    assertThat(ask("select " + other + ".open(?)", sealed)).isEqualTo("Åsne Vik");
    assertThat(ask("select " + other + ".sealed('Åsne Vik', ?, ?)", sealed, KEY_NAME))
        .isEqualTo(sealed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"private", "stabbur_organization"})
  void theHashOfAnEntryOfThePastIsTheSame(String schema) {
    var digest =
        "select encode(%s.audit_digest('\\x00ff', 7, ?::uuid, null, 'org_admin', 'update', 'contacts', 'row', '{\"b\": 1, \"a\": null}', '2026-01-02T03:04:05.678901Z'), 'hex')"
            .formatted(schema);

    assertThat(ask(digest, ORGANIZATION))
        .isEqualTo("56a361a51655186dc0e22de28a10949932536a1ce474c8ff563c312eef301cf3");
    assertThat(ask("select " + schema + ".audit_chain(?::uuid, 'sign_in')", ORGANIZATION))
        .isEqualTo("73950bc0-34ae-1258-b25a-317333e31f70");
    assertThat(ask("select " + schema + ".audit_chain(?::uuid, 'update')", ORGANIZATION))
        .isEqualTo(ORGANIZATION);
  }

  @Test
  void theFunctionsOfTheShippedSchemaAreThoseOfTheBaseSchema() {
    for (var name :
        List.of(
            "personal_key",
            "current_key_version",
            "seal",
            "open",
            "sealed",
            "reseal",
            "audit_chain",
            "audit_digest")) {
      var sources =
          OWNER.texts(
              "select regexp_replace(regexp_replace(regexp_replace(p.prosrc,"
                  + " '(private|stabbur_organization)\\.', '', 'g'), '--[^\\n]*', '', 'g'), '\\s+',"
                  + " ' ', 'g') || pg_get_function_identity_arguments(p.oid) || p.provolatile::text from"
                  + " pg_proc p where p.pronamespace in ('private'::regnamespace,"
                  + " 'stabbur_organization'::regnamespace) and p.proname = ?",
              name);

      assertThat(sources).as(name).hasSize(2);
      assertThat(sources.getFirst()).as(name).isEqualTo(sources.getLast());
    }
  }
}

package io.stabbur.organization;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The shipped schema is one of many: no code but the demonstration names a table, column, role,
/// bucket or function of it. The names are read from a database with that schema; those that our
/// own schemas have too are left out, and single words, which mean something else elsewhere.
class SchemaNamesTest {
  private static final Path MAIN = TestServer.repository().resolve("app/src/main");

  /// Names that are also another API's or this one's own, and whose.
  private static final Set<String> OF_OTHERS =
      Set.of(
          "organizations", // the claim and the path of the organization API
          "profiles", // the name of the key of personal data that belongs to nobody's organization
          "membership_claims", // functions of the contract with schemas, as are the next six
          "member_page",
          "organization_tables",
          "set_labels",
          "platform_admins",
          "add_platform_admin",
          "remove_platform_admin",
          "user_role", // the claim of every schema, as is organization_id
          "full_name", // a claim of providers of sign-in
          "display_name", // the same
          "preferred_locale", // a key of a user's metadata, by which the language of mails is
          // chosen
          "certificates", // a word of SAML
          "table_name"); // a column of stabbur.personal_columns and of Postgres' catalog

  /// Text blocks, strings, and whole SQL files.
  private static final Pattern TEXT =
      Pattern.compile("\"\"\"(.*?)\"\"\"|\"((?:[^\"\\\\\n]|\\\\.)*)\"", Pattern.DOTALL);

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private static Set<String> names() {
    var sql = SqlFile.of(SchemaNamesTest.class, "shipped-names");
    var names =
        TestServer.shared()
            .project()
            .admin()
            .transaction(
                Actor.of("postgres"),
                Access.READ,
                tx -> tx.list(Statement.of(sql), row -> String.valueOf(row.getString(1))));
    var distinct = new HashSet<>(names);
    distinct.removeAll(OF_OTHERS);
    return distinct;
  }

  /// The names in a file's texts, each with the file.
  private static Set<String> found(Path file, String content, Set<String> names) {
    var found = new TreeSet<String>();
    var texts = new StringBuilder();
    if (file.toString().endsWith(".java")) {
      TEXT.matcher(content).results().forEach(text -> texts.append(text.group()).append('\n'));
    } else {
      texts.append(content.replaceAll("--[^\n]*", ""));
    }
    WORD.matcher(texts)
        .results()
        .map(word -> word.group())
        .filter(names::contains)
        .forEach(name -> found.add(file.getFileName() + ": " + name));
    return found;
  }

  private static List<Path> code() throws IOException {
    try (var files = Files.walk(MAIN)) {
      return files
          .filter(file -> file.toString().endsWith(".java") || file.toString().endsWith(".sql"))
          .filter(file -> !file.startsWith(MAIN.resolve("java/io/stabbur/cli/demo")))
          .filter(file -> !file.startsWith(MAIN.resolve("resources/io/stabbur/project/base")))
          .toList();
    }
  }

  @Test
  void noCodeNamesATableColumnRoleBucketOrFunctionOfTheShippedSchema() throws IOException {
    var names = names();
    var found = new TreeSet<String>();
    for (var file : code()) {
      found.addAll(found(file, Files.readString(file), names));
    }
    assertThat(found).isEmpty();
  }

  @Test
  void aNameThatIsWrittenSomewhereWouldBeFound() {
    var names = names();
    var java =
        """
        // contacts
        var sql = "select full_name, notes from public.contacts";
        var roles = Set.of("peer_mentor", "org_admin");
        """;

    assertThat(names)
        .contains("peer_mentor", "global_admin", "epikrise_reference", "receipts", "search_hash")
        .contains("local_association_id", "memberships", "org_stats", "renew_member_claims");
    assertThat(found(Path.of("A.java"), java, names))
        .containsExactly("A.java: contacts", "A.java: org_admin", "A.java: peer_mentor");
    assertThat(found(Path.of("b.sql"), "-- contacts\nselect from org_stats", names))
        .containsExactly("b.sql: org_stats");
  }
}

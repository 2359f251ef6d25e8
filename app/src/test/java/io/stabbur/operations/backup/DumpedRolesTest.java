package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.sql.SqlFile;
import io.stabbur.testing.TestPostgres;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What a dump says of roles, on a server of version 16 or newer.
class DumpedRolesTest {
  private static final String OPTIONS =
      """
      select string_agg(concat_ws(' ', m.admin_option, m.inherit_option, m.set_option), ',')
      from pg_auth_members m
      where m.roleid = 'dumped_group'::regrole and m.member = 'dumped_member'::regrole\
      """;

  @Test
  void aMembershipGivesWhatItGaveAndNotMore() {
    var superuser = TestPostgres.newDatabase();
    TestPostgres.execute(
        superuser,
        """
        create role dumped_group;
        create role dumped_member;
        grant dumped_group to dumped_member with admin false, inherit false, set true""");
    try {
      var before = TestPostgres.value(superuser, OPTIONS);
      var written =
          Objects.requireNonNull(
              TestPostgres.value(superuser, SqlFile.of(DumpBackup.class, "roles")));
      var grants = written.lines().filter(line -> line.startsWith("grant dumped_group ")).toList();
      TestPostgres.execute(superuser, "revoke dumped_group from dumped_member");

      grants.forEach(grant -> TestPostgres.execute(superuser, grant));

      assertThat(TestPostgres.value(superuser, OPTIONS)).isEqualTo(before).isEqualTo("f f t");
    } finally {
      TestPostgres.execute(superuser, "drop role dumped_group; drop role dumped_member");
    }
  }
}

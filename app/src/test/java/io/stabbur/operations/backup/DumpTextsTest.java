package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is read in texts that come from a server that somebody else runs.
class DumpTextsTest {
  @TempDir Path folder = Path.of("");

  @Test
  void rolesAreNamesAndNothingElse() {
    var written =
        """
        select 'create role "od""d\\n;"' where to_regrole('...') is null \\gexec
        alter role postgres inherit createrole;
        alter role "od""d; drop table x" noinherit;
        grant postgres to "od""d; drop table x";
        \\! touch /tmp/ran
        """;

    assertThat(DumpedRoles.names(written)).containsExactly("od\"d; drop table x", "postgres");
  }

  @Test
  void whatASuperuserAloneMayMakeIsCountedAndTheRestTold() throws IOException {
    var errors =
        Files.writeString(
            folder.resolve("errors"),
            """
            pg_restore: while PROCESSING TOC:
            pg_restore: from TOC entry 12; 3466 16 EVENT TRIGGER watch supabase_admin
            pg_restore: error: could not execute query: ERROR:  permission denied to create event trigger "watch"
            HINT:  Must be superuser to create an event trigger.
            Command was: CREATE EVENT TRIGGER watch ON ddl_command_end
               EXECUTE FUNCTION public.watch();

            pg_restore: from TOC entry 13; 3079 17 EXTENSION - vector\s
            pg_restore: error: could not execute query: ERROR:  extension "vector" is not available
            pg_restore: from TOC entry 14; 0 18 TABLE DATA public people postgres
            pg_restore: error: COPY failed for table "people": ERROR:  invalid input syntax for type integer: "Kari"
            CONTEXT:  COPY people, line 1, column age: "Kari"
            pg_restore: warning: errors ignored on restore: 3
            """);

    var found = RestoreErrors.read(errors);

    assertThat(found.superusers()).isEqualTo(1);
    assertThat(found.others()).isEqualTo(2);
    assertThat(found.summary())
        .contains("EXTENSION - vector: extension \"vector\" is not available")
        .contains("the rows of table people cannot be read")
        .doesNotContain("Kari");
  }
}

package io.stabbur.operations.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// What is read in texts that come from a server that somebody else runs.
class DumpTextsTest {
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
  void whatASuperuserAloneMayMakeIsCountedAndTheRestTold() {
    var found =
        errors(
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
            pg_restore: from TOC entry 15; 1259 18 INDEX people_age postgres
            pg_restore: error: could not execute query: ERROR:  no number: Kari
            Command was: CREATE INDEX people_age ON people ((age::int));
            pg_restore: warning: errors ignored on restore: 4
            """);

    assertThat(found.leftOut()).isEqualTo(1);
    assertThat(found.others()).isEqualTo(3);
    assertThat(found.isWhole(1)).isTrue();
    assertThat(found.summary())
        .contains("EXTENSION - vector: extension \"vector\" is not available")
        .contains("the rows of table people cannot be read")
        .contains("INDEX people_age cannot be made")
        .doesNotContain("Kari");
  }

  @Test
  void aRestoreThatDidNotComeToItsEndIsNotWhole() {
    var one = "pg_restore: error: could not execute query: ERROR:  permission denied to create x\n";
    var ignored = "pg_restore: warning: errors ignored on restore: ";

    assertThat(errors("").isWhole(0)).isTrue();
    assertThat(errors("").isWhole(1)).as("without a word").isFalse();
    assertThat(errors(one).isWhole(1)).as("without the number at last").isFalse();
    assertThat(errors(one + ignored + "2\n").isWhole(1)).as("of more errors").isFalse();
    assertThat(errors(one + ignored + "1\n").isWhole(143)).as("killed").isFalse();
    assertThat(errors(one + ignored + "1\n" + one).isWhole(1)).as("an error after it").isFalse();
    assertThat(errors(one + ignored + "1\n").isWhole(1)).isTrue();
  }

  private static RestoreErrors errors(String text) {
    var found = new RestoreErrors(0);
    try {
      DatabaseDump.lines(new ByteArrayInputStream(text.getBytes(UTF_8)), found::accept);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  @Test
  void whatNeedsAnEntryThatWasLeftOutIsLeftOutToo() {
    var extension =
        """
        pg_restore: from TOC entry 2; 3079 17 EXTENSION - dblink\s
        pg_restore: error: could not execute query: ERROR:  permission denied to create extension "dblink"
        """;
    var server =
        """
        pg_restore: from TOC entry 3; 1417 18 SERVER other postgres
        pg_restore: error: could not execute query: ERROR:  foreign-data wrapper "dblink_fdw" does not exist
        """;

    var both = errors(extension + server);
    assertThat(both.leftOut()).isEqualTo(2);
    assertThat(both.others()).isZero();
    assertThat(errors(server).others()).as("without one that was left out").isOne();
  }

  @Test
  void rowsOfExtensionsAndExtensionsThatAreOnlyNamesHereAreLeftOut() {
    var list =
        DumpList.of(
            List.of(
                ";",
                "; Archive created at 2026-11-30",
                "2; 3079 17 EXTENSION - postgis ",
                "3; 3079 18 EXTENSION - pg_net ",
                "4; 1259 19 TABLE public kept postgres",
                "5; 1259 20 SEQUENCE public kept_id_seq postgres",
                "6; 0 19 TABLE DATA public kept postgres",
                "7; 0 21 TABLE DATA public spatial_ref_sys supabase_admin",
                "8; 0 0 SEQUENCE SET public kept_id_seq postgres",
                "9; 0 0 SEQUENCE SET cron jobid_seq supabase_admin"));

    assertThat(list.leftOut()).isEqualTo(3);
    assertThat(list.tables()).containsExactly("public.spatial_ref_sys");
    assertThat(list.entries())
        .extracting(line -> line.substring(0, 1))
        .containsExactly("2", "4", "5", "6", "8");
  }

  @Test
  void aLongLineIsCut() throws IOException {
    var lines = new ArrayList<String>();
    var text = "x".repeat(100_000) + "\nlast";

    DatabaseDump.lines(new ByteArrayInputStream(text.getBytes(UTF_8)), lines::add);

    assertThat(lines).hasSize(2).last().isEqualTo("last");
    assertThat(lines.getFirst()).hasSizeLessThan(10_000);
  }

  @Test
  void whoIsInterruptedWaitsForTheEndOfTheWork() throws Exception {
    var begun = new CountDownLatch(1);
    var ended = new AtomicBoolean();
    var told = new CompletableFuture<Throwable>();
    var waiting =
        Thread.ofVirtual()
            .start(
                () ->
                    told.complete(
                        catchThrowable(
                            () ->
                                OwnThread.run(
                                    "work of a test",
                                    () -> {
                                      begun.countDown();
                                      try {
                                        Thread.sleep(Duration.ofMinutes(1));
                                      } finally {
                                        ended.set(true);
                                      }
                                      return true;
                                    }))));
    begun.await();
    waiting.interrupt();

    assertThat(told.get()).isInstanceOf(InterruptedIOException.class);
    assertThat(ended).isTrue();
  }
}

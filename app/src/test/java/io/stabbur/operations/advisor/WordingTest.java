package io.stabbur.operations.advisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.operations.advisor.Policy.Command;
import io.stabbur.operations.advisor.PolicyTrial.Reach;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Policies in plain words. What they say is what the board reads: a word that turns its meaning
/// round would be worse than none.
class WordingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "true | true",
        "(user_id = auth.uid()) | user_id is the caller",
        "(user_id = ( SELECT auth.uid() AS uid)) | user_id is the caller",
        "(user_id <> auth.uid()) | user_id is not the caller",
        "(NOT (user_id = auth.uid())) | not user_id is the caller",
        "(NOT (user_id <> auth.uid())) | user_id is the caller",
        "(deleted_at IS NULL) | deleted_at is missing",
        "(deleted_at IS NOT NULL) | deleted_at is known",
        "(a IS DISTINCT FROM b) | a is not b",
        "(a IS NOT DISTINCT FROM b) | a is b",
        "((role)::text = 'admin'::text) | role is 'admin'",
        "((name)::character varying(20) = 'x'::text) | name is 'x'",
        "((a = 1) AND ((b = 2) OR (c = 3))) | a is 1 and (b is 2 or c is 3)",
        "(((a = 1) AND (b = 2)) OR (c = 3)) | (a is 1 and b is 2) or c is 3",
        "(org_id = private.current_organization_id()) | org_id is the caller's organization",
        "((auth.jwt() ->> 'aal'::text) = 'aal2'::text) | the token's aal is 'aal2'",
        "(status = ANY (ARRAY['a'::text, 'b'::text])) | status is one of 'a', 'b'",
        "(auth.role() = 'service_role'::text) | the caller's role is 'service_role'",
        "private.may_see(id) | private.may_see(id)"
      })
  void aConditionIsReadAsPeopleReadIt(String printed, String words) {
    assertThat(Wording.condition(printed)).isEqualTo(words);
  }

  @Test
  void aPolicySaysWhoDoesWhatToWhichRows() {
    assertThat(words(Command.SELECT, true, "(user_id = auth.uid())", null, "authenticated"))
        .isEqualTo("signed-in users read rows where user_id is the caller");
    assertThat(words(Command.INSERT, true, null, "(user_id = auth.uid())", "authenticated"))
        .isEqualTo("signed-in users add rows where user_id is the caller");
    assertThat(words(Command.UPDATE, true, "(a = 1)", "(b = 2)", "anon", "worker"))
        .isEqualTo("visitors and worker change rows where a is 1; afterwards b is 2");
    assertThat(words(Command.UPDATE, true, "(a = 1)", "(a = 1)", "public"))
        .isEqualTo("everybody change rows where a is 1");
    assertThat(words(Command.DELETE, false, "(a = 1)", null, "public"))
        .isEqualTo("everybody remove only rows where a is 1");
    assertThat(words(Command.ALL, true, null, null, "public"))
        .isEqualTo("everybody read, add, change and remove rows");
  }

  @Test
  void whatReachesEveryRowSaysSo() {
    var open = policy(Command.SELECT, true, "true", null, "anon");
    assertThat(Wording.of(open, Reach.EVERY_ROW)).isEqualTo("visitors read every row");
    var odd = policy(Command.INSERT, true, null, "(1 = 1)", "anon");
    assertThat(Wording.of(odd, Reach.EVERY_ROW)).isEqualTo("visitors add every row (1 is 1)");
  }

  private static String words(
      Command command,
      boolean isPermissive,
      @Nullable String using,
      @Nullable String check,
      String... roles) {
    return Wording.of(policy(command, isPermissive, using, check, roles), Reach.NO_ROW);
  }

  private static Policy policy(
      Command command,
      boolean isPermissive,
      @Nullable String using,
      @Nullable String check,
      String... roles) {
    return new Policy(
        "public",
        "notes",
        "own",
        command,
        isPermissive,
        true,
        List.of(roles),
        false,
        false,
        Optional.ofNullable(using),
        Optional.ofNullable(check),
        true,
        true);
  }
}

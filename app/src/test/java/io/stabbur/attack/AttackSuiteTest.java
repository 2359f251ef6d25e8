package io.stabbur.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Nobody reaches rows, files, totals or people of an organisation that is not theirs, whatever is
/// asked of whichever API, and nothing fails on the server's side.
///
/// `-Dattack.tries=N -Dattack.seed=S` makes any number of tries; the same seed makes the same ones.
/// A find names its try: `-Dattack.only=N`, or `-Dattack.only=N-M` for several in a row, replays
/// it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttackSuiteTest {
  private static final long SEED = Long.getLong("attack.seed", 42L);
  private static final String ONLY = System.getProperty("attack.only", "");

  /// From so many tries on, every route is met and most control requests find their rows.
  private static final long MANY = 10_000;

  private final World world = WorldSetup.start();
  private final Attack attack = new Attack(world, SEED, Integer.getInteger("attack.workers", 6));

  @BeforeAll
  void everybodyHasSomethingToHide() {
    assertThat(world.things().of(Things.FILE)).hasSizeGreaterThan(30);
    assertThat(world.callers()).hasSizeGreaterThan(30);
  }

  @AfterAll
  void stop() {
    attack.close();
    world.close();
  }

  @Test
  void nobodyReachesAnotherOrganization() {
    reach(Long.getLong("attack.tries", 2000L));
  }

  @Test
  @Tag("nightly")
  void nobodyReachesAnotherOrganizationInManyTries() {
    reach(Long.getLong("attack.tries", 100_000L));
  }

  private void reach(long tries) {
    var range = ONLY.split("-", 2);
    long from = ONLY.isEmpty() ? 0 : Long.parseLong(range[0]);
    long to = ONLY.isEmpty() ? tries : Long.parseLong(range[range.length - 1]) + 1;
    long start = System.nanoTime();
    attack.run(from, to);
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "attack: seed %d, %d tries, %d requests, %.0f tries/s%n%s",
        SEED, to - from, attack.tally().requests(), (to - from) / seconds, attack.tally());
    assertThat(attack.finds()).isEmpty();
    if (ONLY.isEmpty()) {
      assertThat(attack.tally().controls())
          .allSatisfy((_, share) -> assertThat(share).isGreaterThan(75));
    }
    if (to - from >= MANY) {
      assertThat(attack.untried()).as("routes that were not tried").isEmpty();
    }
  }

  /// What the tries are judged by notices each kind of wrong, and what was done is undone.
  @Test
  void whatIsDoneBehindItsBackIsNoticedAndUndone() {
    var north = attack.scene(Set.of(World.NORTH));

    assertThat(
            attack.wrongsAfter(
                north,
                "update public.contacts set notes = 'x' where organization_id = (select id from"
                    + " public.organizations where slug = 'west')"))
        .singleElement()
        .asString()
        .startsWith("changed public.contacts of west");
    assertThat(
            attack.wrongsAfter(
                north,
                "update public.org_labels l set label = w.label from public.org_labels w where"
                    + " w.organization_id = (select id from public.organizations where slug ="
                    + " 'west') and l.organization_id = (select id from public.organizations where"
                    + " slug = 'north')"))
        .isNotEmpty()
        .allSatisfy(wrong -> assertThat(wrong).startsWith("came into public.org_labels"));
    assertThat(
            attack.wrongsAfter(
                north,
                "update public.memberships m set status = 'active' from"
                    + " private.membership_invitations i where i.membership_id = m.id and"
                    + " m.organization_id = (select id from public.organizations where slug ="
                    + " 'north')"))
        .isNotEmpty()
        .allSatisfy(wrong -> assertThat(wrong).startsWith("joined without accepting"));
    assertThat(
            attack.wrongsAfter(
                north,
                "delete from storage.objects where name like (select id from public.organizations"
                    + " where slug = 'south') || '/%'"))
        .singleElement()
        .asString()
        .startsWith("changed storage.objects of south");
    assertThat(attack.wrongsAfter(north, "select 1")).isEmpty();
  }
}

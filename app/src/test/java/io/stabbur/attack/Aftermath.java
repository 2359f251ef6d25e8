package io.stabbur.attack;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.Span;
import io.stabbur.storage.backend.VersionKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Judges what a batch of tries left behind: rows and files of other organisations and people are
/// as they were, nothing of theirs has come into the callers' organisations, and nobody has become
/// an active member without accepting.
final class Aftermath {
  private static final String JOINED =
      """
      select m.user_id::text || ' in ' || m.organization_id from public.memberships m
      where m.status = 'active' and exists (select from attack."auth.users" u where u.id = m.user_id)
        and not exists (
          select from attack."public.memberships" s where s.user_id = m.user_id and s.organization_id = m.organization_id
            and not exists (select from attack."private.membership_invitations" i where i.membership_id = s.id))\
      """;
  private static final String WORKING =
      "select count(*) from stabbur_storage.jobs where state in ('counting', 'running')";
  private static final int PATIENCE_MILLIS = 5000;

  private final World world;
  private final Ledger ledger;
  private final StoredBytes stored;
  private final Map<VersionKey, byte[]> files = new LinkedHashMap<>();

  Aftermath(World world) {
    this.world = world;
    this.ledger = new Ledger(world.database());
    ledger.begin();
    this.stored = new StoredBytes(world.server());
    for (var row :
        world
            .database()
            .rows("select bucket_id, name, version, metadata ->> 'size' from storage.objects")) {
      var key = key(row);
      files.put(key, bytes(key, Long.parseLong(row.get(3))));
    }
  }

  private VersionKey key(List<String> row) {
    return new VersionKey(world.server().project().name(), row.get(0), row.get(1), row.get(2));
  }

  private byte[] bytes(VersionKey key, long size) {
    var backend = world.server().bean(Backends.class).of(world.server().project());
    try (var in = backend.read(key, Span.whole(size))) {
      return in.readAllBytes();
    } catch (Backend.Missing | ApiException e) {
      return new byte[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Everything that is wrong after a batch; the texts of one kind of wrong begin alike.
  List<String> wrongs(Scene scene) {
    awaitJobs();
    var wrongs = new ArrayList<String>();
    var mayChange = mayChange(scene);
    for (var part : ledger.changes()) {
      if (!mayChange.test(part.owner())) {
        wrongs.add(
            "changed "
                + part.table()
                + " of "
                + named(part.owner())
                + ": "
                + ledger.changedRows(part).stream().limit(3).toList());
      } else if (part.table().startsWith("public.")) {
        ledger.changedRows(part).stream()
            .filter(row -> tellsOfOthers(scene.homes(), row))
            .forEach(row -> wrongs.add("came into " + part.table() + ": " + row));
      }
    }
    world
        .database()
        .column(JOINED)
        .forEach(each -> wrongs.add("joined without accepting: " + each));
    wrongs.addAll(files(scene));
    return wrongs;
  }

  void restore() {
    ledger.restore();
    stored.restore();
  }

  private void awaitJobs() {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    while (!world.database().value(WORKING).equals("0") && System.nanoTime() < end) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /// Whose rows a batch may change: of the organisations it is for, of their people, of those who
  /// act, and of accounts that are new.
  private Predicate<String> mayChange(Scene scene) {
    var allowed = scene.homes().stream().map(scene::organizationId).collect(Collectors.toSet());
    var others =
        world.people().values().stream()
            .filter(each -> !scene.actors().contains(each.name()))
            .filter(
                each ->
                    Population.owner(each.name()).organizations().stream()
                        .noneMatch(scene.homes()::contains))
            .map(each -> "user:" + each.id())
            .collect(Collectors.toSet());
    return owner -> owner.startsWith("user:") ? !others.contains(owner) : allowed.contains(owner);
  }

  private String named(String owner) {
    var names = new LinkedHashMap<String, String>();
    world.organizations().forEach((slug, id) -> names.put(id, slug));
    world.people().values().forEach(each -> names.put("user:" + each.id(), each.name()));
    return names.getOrDefault(owner, owner.isEmpty() ? "everybody" : owner);
  }

  /// Attackers send identifiers, but never a canary's text: one that is here came out of a row.
  private boolean tellsOfOthers(Set<String> homes, String text) {
    return world.canaries().in(text).stream()
        .filter(each -> each.startsWith("kanari"))
        .map(each -> world.canaries().owner(each).orElseThrow())
        .anyMatch(each -> each.organizations().stream().noneMatch(homes::contains));
  }

  private List<String> files(Scene scene) {
    var wrongs = new ArrayList<String>();
    var homes = scene.homes().stream().map(scene::organizationId).collect(Collectors.toSet());
    for (var row :
        world
            .database()
            .rows(
                "select bucket_id, name, version, metadata ->> 'size',"
                    + " coalesce(user_metadata::text, '') from storage.objects")) {
      var key = key(row);
      var planted = files.get(key);
      var now = bytes(key, row.get(3).isEmpty() ? 0 : Long.parseLong(row.get(3)));
      if (planted != null) {
        if (!Arrays.equals(planted, now)) {
          wrongs.add("changed bytes of " + key);
        }
      } else if (homes.contains(row.get(1).split("/", 2)[0])
          && tellsOfOthers(
              scene.homes(), row.get(4) + '\n' + new String(now, StandardCharsets.UTF_8))) {
        wrongs.add("came into a file: " + key);
      }
    }
    return wrongs;
  }
}

package io.stabbur;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.FairShare.Permit;
import io.stabbur.platform.share.Share;
import io.stabbur.project.PerProject;
import io.stabbur.storage.MemoryBudget;
import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever callers share is divided among them: every field of the product that holds a
/// [FairShare], found in the code and taken from a running server, and every other queue, semaphore
/// or pool of threads, which stands in `shared-pools.txt` with the reason why nobody can take it
/// from others.
class FairPoolsTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.stabbur");
  private static final Set<String> BOUNDED =
      Set.of(
          "java.util.concurrent.Semaphore",
          "java.util.concurrent.ThreadPoolExecutor",
          "java.util.concurrent.ArrayBlockingQueue",
          "java.util.concurrent.LinkedBlockingQueue");

  /// Not fields of beans but of objects made for each project or request: their rooms' tests fill
  /// them.
  private static final Set<String> MADE_FOR_EACH =
      Set.of(
          "data.Spool.kilobytes",
          "functions.http.Invocation.permits",
          "functions.supervise.Supervisor.processes",
          "identity.HostedProject.permits",
          "platform.db.ConnectionPool.slots",
          "realtime.change.BindingCheck.turns",
          "realtime.channel.Questions.turns",
          "storage.BodyMemory.parsing");

  private static final Share GREEDY = Share.ofMember("first", "greedy");
  private static final Share COLLEAGUE = Share.ofMember("first", "colleague");
  private static final Share OTHER = Share.ofMember("second", "other");

  private static Stream<JavaField> fields() {
    return CODE.stream()
        .flatMap(type -> type.getFields().stream())
        .filter(
            field ->
                field.getType().getAllInvolvedRawTypes().stream()
                    .anyMatch(
                        type ->
                            type.isEquivalentTo(FairShare.class)
                                || type.isEquivalentTo(MemoryBudget.class)))
        .filter(field -> !MADE_FOR_EACH.contains(name(field)))
        .filter(field -> !field.getOwner().getName().startsWith(FairShare.class.getName()))
        .filter(field -> !field.getOwner().getName().startsWith(MemoryBudget.class.getName()));
  }

  private static String name(JavaField field) {
    return field.getFullName().replaceFirst("^io\\.stabbur\\.", "");
  }

  private static Stream<Named<FairShare>> pools() {
    return fields().map(field -> Named.of(name(field), pool(field)));
  }

  private static FairShare pool(JavaField field) {
    var server = TestServer.shared();
    var reflected = field.reflect();
    Object value =
        value(
            reflected,
            Modifier.isStatic(reflected.getModifiers())
                ? null
                : server.bean(reflected.getDeclaringClass()));
    if (value instanceof PerProject<?> each) {
      value = each.of(server.project());
    }
    return value instanceof MemoryBudget budget
        ? (FairShare) value(memory(), budget)
        : (FairShare) value;
  }

  private static Field memory() {
    try {
      return MemoryBudget.class.getDeclaredField("kilobytes");
    } catch (NoSuchFieldException e) {
      throw new AssertionError(e);
    }
  }

  private static Object value(Field field, @org.jspecify.annotations.Nullable Object owner) {
    try {
      field.setAccessible(true);
      return Objects.requireNonNull(field.get(owner));
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("pools")
  void whoTakesAllThereIsToHaveLeavesSomethingToTheNext(FairShare pool) throws Exception {
    var held = new ArrayList<Permit>();
    try {
      int piece = Math.max(1, pool.capacity() / 30);
      for (var share : List.of(GREEDY, COLLEAGUE)) {
        for (var permit = pool.tryAcquire(share, piece);
            permit.isPresent();
            permit = pool.tryAcquire(share, piece)) {
          held.add(permit.get());
        }
      }
      assertThat(held).isNotEmpty();
      if (pool.capacity() > 1) {
        var other = pool.tryAcquire(OTHER, 1);
        assertThat(other).isPresent();
        held.add(other.get());
      } else {
        assertThat(nextAfter(pool, held.getFirst())).isEqualTo("other");
      }
    } finally {
      held.forEach(Permit::close);
    }
  }

  /// Who is served when the only permit is given back, for which a greedy caller queued first.
  private static String nextAfter(FairShare pool, Permit only) throws Exception {
    Queue<String> served = new ConcurrentLinkedQueue<>();
    var threads = new ArrayList<Thread>();
    for (var share : List.of(GREEDY, GREEDY, OTHER)) {
      int before = pool.waiting();
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (var _ = pool.acquire(share, 1, Duration.ofSeconds(20))) {
                      served.add(share.caller());
                    }
                  }));
      Await.until("it waits", () -> pool.waiting() > before);
    }
    only.close();
    for (var thread : threads) {
      thread.join();
    }
    assertThat(served).hasSize(3);
    // one of the greedy caller's may be first, as the first in the queue; not both
    return List.copyOf(served).subList(0, 2).contains("other") ? "other" : "greedy";
  }

  @Test
  void everyOtherPoolIsListedWithTheReasonWhyItIsSafe() {
    var found =
        CODE.stream()
            .flatMap(type -> type.getConstructorCallsFromSelf().stream())
            .filter(call -> BOUNDED.contains(call.getTarget().getOwner().getName()))
            .map(call -> place(call.getOrigin()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(listed()).containsExactlyElementsOf(found);
  }

  private static String place(JavaCodeUnit origin) {
    return origin.getOwner().getName().replaceFirst("^io\\.stabbur\\.", "");
  }

  private static Set<String> listed() {
    try (var in =
        Objects.requireNonNull(FairPoolsTest.class.getResourceAsStream("shared-pools.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .peek(line -> assertThat(line).matches("\\S+ \\| \\S.{20,}"))
          .map(line -> line.substring(0, line.indexOf('|')).strip())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.stabbur;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Where the code works with the project's own rights, which no policy limits, or makes a caller,
/// whose role may be the service role. Each place stands in `own-rights.txt` with the check before
/// it; a new one fails this test until somebody has written down its check (the same list, for
/// readers: app/docs/security-admin-rights.md).
class OwnRightsTest {
  /// What opens those rights: the pool of the owner, the roles that own the internal schemas, and
  /// the entrance of each room.
  private static final Set<String> DOORS =
      Set.of(
          "io.stabbur.project.Project.admin",
          "io.stabbur.project.Project.keeper",
          "io.stabbur.storage.Operation.keeper",
          "io.stabbur.auth.request.AuthRequest.write",
          "io.stabbur.auth.request.AuthRequest.read",
          "io.stabbur.auth.mail.Delivery.write",
          "io.stabbur.auth.mail.Delivery.writeBeforeSending",
          "io.stabbur.auth.mail.Delivery.writeLater");

  /// Whoever makes a caller says with which role it acts, the service role among them.
  private static final String CALLER = "io.stabbur.identity.Caller";

  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.stabbur");

  /// The methods that open them, such as `storage.object.ObjectRows.commit`.
  private static Set<String> used() {
    var opened =
        CODE.stream()
            .flatMap(
                type ->
                    Stream.<JavaCodeUnitAccess<?>>concat(
                        type.getMethodCallsFromSelf().stream(),
                        type.getMethodReferencesFromSelf().stream()))
            .filter(
                call ->
                    DOORS.contains(name(call.getTarget().getOwner().getName(), call.getName())));
    return Stream.concat(opened, makers())
        .map(call -> place(call.getOrigin()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// Calls of the constructors of a caller, from elsewhere than its own class.
  private static Stream<JavaCodeUnitAccess<?>> makers() {
    return CODE.stream()
        .filter(type -> !type.getName().equals(CALLER))
        .flatMap(
            type ->
                Stream.<JavaCodeUnitAccess<?>>concat(
                    type.getConstructorCallsFromSelf().stream(),
                    type.getConstructorReferencesFromSelf().stream()))
        .filter(call -> call.getTarget().getOwner().getName().equals(CALLER));
  }

  private static String name(String type, String method) {
    return type + '.' + method;
  }

  /// A lambda belongs to the method that holds it.
  private static String place(JavaCodeUnit origin) {
    var method = origin.getName().replaceFirst("^lambda\\$([^$]+)\\$.*", "$1");
    return name(origin.getOwner().getName(), method).replaceFirst("^io\\.stabbur\\.", "");
  }

  private static Map<String, String> permitted() {
    var places = new TreeMap<String, String>();
    try (var in =
        Objects.requireNonNull(OwnRightsTest.class.getResourceAsStream("own-rights.txt"))) {
      for (var line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          int bar = line.indexOf('|');
          assertThat(bar).as(line).isPositive();
          places.put(line.substring(0, bar).strip(), line.substring(bar + 1).strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return places;
  }

  @Test
  void everyPlaceIsListedWithTheCheckBeforeIt() {
    var permitted = permitted();
    assertThat(permitted.keySet())
        .as("write the place and the check before it into own-rights.txt, or remove what is gone")
        .containsExactlyElementsOf(used());
    assertThat(permitted.values()).allSatisfy(check -> assertThat(check).isNotBlank());
  }

  @Test
  void theDoorsAreThere() {
    for (var door : DOORS) {
      int dot = door.lastIndexOf('.');
      assertThat(CODE.get(door.substring(0, dot)).getMethods())
          .extracting(JavaMethod::getName)
          .contains(door.substring(dot + 1));
    }
  }
}

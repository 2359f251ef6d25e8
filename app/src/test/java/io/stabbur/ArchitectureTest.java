package io.stabbur;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.micronaut.http.annotation.Controller;
import org.junit.jupiter.api.Test;

/// The package map as rules: which room may know which, and how its types are named.
class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.stabbur");

  @Test
  void importsPointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("io.stabbur..")
        .withOptionalLayers(true)
        .layer("platform")
        .definedBy("io.stabbur.platform..")
        .layer("project")
        .definedBy("io.stabbur.project..")
        .layer("identity")
        .definedBy("io.stabbur.identity..")
        .layer("capabilities")
        .definedBy(
            "io.stabbur.auth..",
            "io.stabbur.data..",
            "io.stabbur.storage..",
            "io.stabbur.realtime..",
            "io.stabbur.functions..",
            "io.stabbur.organization..")
        .layer("top")
        .definedBy("io.stabbur.admin..", "io.stabbur.operations..")
        .layer("command")
        .definedBy("io.stabbur", "io.stabbur.cli..")
        .whereLayer("command")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("top")
        .mayOnlyBeAccessedByLayers("command")
        .whereLayer("capabilities")
        .mayOnlyBeAccessedByLayers("top", "command")
        .whereLayer("identity")
        .mayOnlyBeAccessedByLayers("capabilities", "top", "command")
        .whereLayer("project")
        .mayOnlyBeAccessedByLayers("identity", "capabilities", "top", "command")
        .check(CODE);
  }

  @Test
  void noCycles() {
    slices().matching("io.stabbur.(*)..").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void capabilitiesDoNotKnowEachOther() {
    slices()
        .matching("io.stabbur.(auth|data|storage|realtime|functions|organization)..")
        .should()
        .notDependOnEachOther()
        .allowEmptyShould(true)
        .check(CODE);
  }

  @Test
  void onlyRootPackagesOfCapabilitiesAreVisibleToAdmin() {
    noClasses()
        .that()
        .resideInAPackage("io.stabbur.admin..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.stabbur.auth.*..",
            "io.stabbur.data.*..",
            "io.stabbur.storage.*..",
            "io.stabbur.realtime.*..",
            "io.stabbur.functions.*..",
            "io.stabbur.organization.*..")
        .allowEmptyShould(true)
        .check(CODE);
  }

  @Test
  void controllersArePackagePrivateAndNamedSo() {
    classes()
        .that()
        .areAnnotatedWith(Controller.class)
        .should()
        .bePackagePrivate()
        .andShould()
        .haveSimpleNameEndingWith("Controller")
        .check(CODE);
  }

  @Test
  void noReactiveTypesOutsideTheHttpEdge() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.stabbur.platform.http..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("reactor..", "org.reactivestreams..")
        .check(CODE);
  }

  @Test
  void namesSayWhatATypeIs() {
    noClasses()
        .that()
        .resideInAPackage("io.stabbur..")
        .and()
        .areTopLevelClasses()
        .should()
        .haveNameMatching(
            ".*(Impl|Manager|Helper|Utils?|Base|Abstract\\w*|Processor|Data|Info|DTO)$")
        .check(CODE);
  }

  @Test
  void onlyProjectsAndTheDatabaseLayerOpenConnections() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.stabbur.identity..",
            "io.stabbur.auth..",
            "io.stabbur.data..",
            "io.stabbur.storage..",
            "io.stabbur.organization..",
            "io.stabbur.admin..",
            "io.stabbur.operations..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.sql.DriverManager")
        .check(CODE);
  }
}

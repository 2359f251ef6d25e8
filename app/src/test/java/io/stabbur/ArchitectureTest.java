package io.stabbur;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.micronaut.http.annotation.Controller;
import io.micronaut.security.annotation.Secured;
import org.junit.jupiter.api.Test;

/// The package map as rules: which room may know which, and how its types are named.
class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          // what the annotation processors write knows no more than what they read
          .withImportOption(location -> !location.contains("/$"))
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
        .layer("control")
        .definedBy("io.stabbur.control..")
        .layer("capabilities")
        .definedBy(
            "io.stabbur.auth..",
            "io.stabbur.data..",
            "io.stabbur.storage..",
            "io.stabbur.realtime..",
            "io.stabbur.functions..",
            "io.stabbur.organization..")
        .layer("top")
        .definedBy("io.stabbur.management..", "io.stabbur.operations..", "io.stabbur.moving..")
        .layer("console")
        .definedBy("io.stabbur.console..")
        .layer("command")
        .definedBy("io.stabbur", "io.stabbur.cli..")
        .whereLayer("command")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("console")
        .mayOnlyBeAccessedByLayers("command")
        .whereLayer("top")
        .mayOnlyBeAccessedByLayers("console", "command")
        .whereLayer("control")
        .mayOnlyBeAccessedByLayers("top", "console", "command")
        .whereLayer("capabilities")
        .mayOnlyBeAccessedByLayers("top", "console", "command")
        .whereLayer("identity")
        .mayOnlyBeAccessedByLayers("control", "capabilities", "top", "console", "command")
        .whereLayer("project")
        .mayOnlyBeAccessedByLayers(
            "identity", "control", "capabilities", "top", "console", "command")
        .check(CODE);
  }

  @Test
  void noCycles() {
    slices().matching("io.stabbur.(*)..").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void noPackagesKnowEachOther() {
    slices().matching("io.stabbur.(**)").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void thePackagesOfAuthAreLayers() {
    noClasses()
        .that()
        .resideInAPackage("io.stabbur.auth.*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.stabbur.auth")
        .check(CODE);
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
  void onlyFacadesAndErrorsOfCapabilitiesAreVisibleToTheManagementApi() {
    noClasses()
        .that()
        .resideInAPackage("io.stabbur.management..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "io.stabbur.auth.*..",
                    "io.stabbur.data.*..",
                    "io.stabbur.storage.*..",
                    "io.stabbur.realtime.*..",
                    "io.stabbur.functions.*..",
                    "io.stabbur.organization.*..")
                .and(not(resideInAPackage("io.stabbur.*.error"))))
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
  void routesOfOperatorsSayWhichRightTheyAskFor() {
    classes()
        .that()
        .resideInAnyPackage("io.stabbur.control..", "io.stabbur.console..")
        .and()
        .areAnnotatedWith(Controller.class)
        .should()
        .beAnnotatedWith(Secured.class)
        .check(CODE);
  }

  @Test
  void noReactiveTypesOutsideTheHttpEdge() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.stabbur.platform.http..", "io.stabbur.control.security..")
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
            "io.stabbur.control..",
            "io.stabbur.auth..",
            "io.stabbur.data..",
            "io.stabbur.storage..",
            "io.stabbur.organization..",
            "io.stabbur.management..",
            "io.stabbur.operations..",
            "io.stabbur.console..")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.sql.DriverManager")
        .check(CODE);
  }
}

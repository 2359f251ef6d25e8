package io.stabbur.functions.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a served version keeps of its `.npmrc`.
class NpmConfigTest {
  @Test
  void onlyAddressesOfRegistriesAreKept() {
    var text =
        """
        # _authToken=a
        registry = https://registry.example/
        @private:registry=https://user:b@registry.example/npm/@c/
        //registry.example/:_authToken=d
        //registry.example/:_password = e
        //registry.example/:username=f
        _auth=g
        [section]
        key="h
        i"
        """;

    assertThat(NpmConfig.withoutSecrets(text))
        .isEqualTo(
            """
            registry = https://registry.example/
            @private:registry=https://registry.example/npm/@c/
            """);
  }

  @Test
  void eachFileOfThatNameIsChangedAndNoOther(@TempDir Path folder) throws IOException {
    var deep = Files.createDirectories(folder.resolve("a/b"));
    var secret = "_authToken=a\n";
    Files.writeString(folder.resolve(".npmrc"), secret);
    Files.writeString(deep.resolve(".npmrc"), secret);
    Files.writeString(deep.resolve("x.npmrc"), secret);

    NpmConfig.withoutSecrets(folder);

    assertThat(folder.resolve(".npmrc")).isEmptyFile();
    assertThat(deep.resolve(".npmrc")).isEmptyFile();
    assertThat(deep.resolve("x.npmrc")).hasContent(secret);
  }
}

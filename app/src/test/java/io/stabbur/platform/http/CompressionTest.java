package io.stabbur.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import org.junit.jupiter.api.Test;

/// What the framework makes for each connection, so that its answers can be compressed.
class CompressionTest {
  @Test
  void theFirstConnectionGeneratesNoStubsForALibrary() {
    assertThat(Zstd.class.getResource("ZstdBinding.class"))
        .as("zstd-jni calls its library by java.lang.foreign")
        .isNull();
    assertThat(Zstd.defaultCompressionLevel()).isPositive();
  }
}

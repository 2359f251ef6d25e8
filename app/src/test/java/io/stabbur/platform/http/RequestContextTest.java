package io.stabbur.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.http.HttpRequest;
import org.junit.jupiter.api.Test;

class RequestContextTest {
  private final HttpRequest<?> request = HttpRequest.GET("/");

  @Test
  void aValueIsFoundByItsTypeAndReplaced() {
    RequestContext.of(request).put(String.class, "first");
    RequestContext.of(request).put(Integer.class, 1);
    RequestContext.of(request).put(String.class, "second");

    assertThat(RequestContext.of(request).get(String.class)).contains("second");
    assertThat(RequestContext.of(request).get(Integer.class)).contains(1);
    assertThat(RequestContext.of(request).get(Long.class)).isEmpty();
  }

  /// It would be found out by whoever reads, far from here.
  @Test
  @SuppressWarnings("NullAway") // what is tested
  void nothingIsNoValue() {
    var context = RequestContext.of(request);
    context.put(String.class, "kept");

    assertThatThrownBy(() -> context.put(String.class, null))
        .isInstanceOf(NullPointerException.class);
    assertThat(context.get(String.class)).contains("kept");
  }
}
